/// A POST of JSON, as HTTP/1.1 has it.
struct HTTPPost: Sendable {
  var address: HTTPAddress
  var idempotencyKey: String
  var body: String

  /// One request for a connection: what is kept open would be kept for minutes at best.
  var bytes: [UInt8] {
    let head = [
      "POST \(address.target) HTTP/1.1", "Host: \(address.authority)", "User-Agent: lodestar-metrics",
      "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "Idempotency-Key: \(idempotencyKey)",
      "Accept: */*", "Connection: close",
    ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }
}

/// The beginning of an answer, as much of it as matters here; what comes behind is nobody's business.
struct HTTPAnswer: Sendable, Equatable {
  /// How long the beginning of an answer may be, in bytes.
  static let longestHead = 64 << 10

  var status: Int
  /// As "Not Found"; may be empty.
  var reason: String
  var retryAfter: String?

  /// Nil while more has to be read. Throws when it is no answer of HTTP/1.
  init?(_ bytes: [UInt8]) throws(HTTPFailure) {
    var rest = bytes[...]
    while true {
      guard let head = Self.head(of: rest) else {
        guard bytes.count <= Self.longestHead else {
          throw HTTPFailure("answered with more than \(Self.longestHead) bytes of header")
        }
        return nil
      }
      let answer = try HTTPAnswer(head: head)
      // 100 Continue and its like stand before the answer.
      guard (100...199).contains(answer.status) else {
        self = answer
        return
      }
      rest = rest[head.endIndex...].dropFirst(4)
    }
  }

  private init(head: ArraySlice<UInt8>) throws(HTTPFailure) {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]),
      (100...599).contains(status)
    else { throw HTTPFailure("answered with something that is not HTTP/1") }
    self.status = status
    reason = words.count == 3 ? String(words[2].prefix(100)) : ""
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "retry-after" else { continue }
      retryAfter = String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }.prefix(100))
    }
  }

  private static func head(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard bytes.count >= 4 else { return nil }
    for index in bytes.startIndex...bytes.endIndex - 4
    where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
      return bytes[..<index]
    }
    return nil
  }
}

/// Why there is no answer: as in "https://hooks.example.com …".
struct HTTPFailure: Error, Sendable, Equatable {
  var message: String

  init(_ message: String) { self.message = message }
}
