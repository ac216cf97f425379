import Cryptography
import Ledger
import Wire

/// A line of an export, taken apart without a value for each of its parts: a million of them are read in seconds.
struct ExportedLine {
  /// Where a field's bytes are: in the line, or, when they had to be unescaped, in `unescaped`.
  private struct Place {
    var isUnescaped = false
    var range = 0..<0
  }

  private(set) var seq: Int64 = 0
  private(set) var previous = SHA256Digest.zero
  private(set) var hash = SHA256Digest.zero
  private var places = [Place](repeating: Place(), count: AuditExport.fields.count)
  private var unescaped: [UInt8] = []

  private static let seqName = Array(#"{"seq":"#.utf8)
  private static let names = AuditExport.fields.map { Array(#","\#($0)":"#.utf8) }
  private static let areNumbers = AuditExport.fields.map(AuditExport.numbers.contains)
  private static let previousName = Array(#","prev_hash":"#.utf8)
  private static let hashName = Array(#","hash":"#.utf8)

  /// Reads a line without its end. What another program has written differently is read as well, only slower. Throws what is wrong with it.
  mutating func read(_ line: Span<UInt8>) throws(ExportedLineError) {
    unescaped.removeAll(keepingCapacity: true)
    if readAsWritten(line) { return }
    try readAsJSON(line)
  }

  /// Appends the fields in the layout's order.
  func appendFields(of line: Span<UInt8>, to form: inout CanonicalEntry) {
    for place in places {
      if place.isUnescaped {
        form.append(unescaped.span.extracting(place.range))
      } else {
        form.append(line.extracting(place.range))
      }
    }
  }

  // MARK: As `lodestar audit export` writes it

  private mutating func readAsWritten(_ line: Span<UInt8>) -> Bool {
    var index = 0
    guard Self.skip(Self.seqName, line, &index), let digits = Self.number(line, &index), let seq = Self.integer(line, digits) else {
      return false
    }
    self.seq = seq
    for field in Self.names.indices {
      guard Self.skip(Self.names[field], line, &index) else { return false }
      if Self.areNumbers[field] {
        guard let digits = Self.number(line, &index) else { return false }
        places[field] = Place(range: digits)
      } else {
        guard let place = text(line, &index) else { return false }
        places[field] = place
      }
    }
    guard let previous = Self.digest(Self.previousName, line, &index), let hash = Self.digest(Self.hashName, line, &index),
      index == line.count - 1, line[index] == UInt8(ascii: "}")
    else { return false }
    self.previous = previous
    self.hash = hash
    return true
  }

  private static func skip(_ expected: [UInt8], _ line: Span<UInt8>, _ index: inout Int) -> Bool {
    guard line.count - index >= expected.count else { return false }
    for offset in expected.indices where line[index + offset] != expected[offset] { return false }
    index += expected.count
    return true
  }

  /// The digits of an integer as JSON has them, without superfluous zeros: what is hashed.
  private static func number(_ line: Span<UInt8>, _ index: inout Int) -> Range<Int>? {
    let start = index
    if index < line.count, line[index] == UInt8(ascii: "-") { index += 1 }
    let first = index
    while index < line.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[index]) { index += 1 }
    guard index > first, line[first] != UInt8(ascii: "0") || index == first + 1 && first == start else { return nil }
    return start..<index
  }

  private static func integer(_ line: Span<UInt8>, _ digits: Range<Int>) -> Int64? {
    Int64(String(decoding: digits.map { line[$0] }, as: UTF8.self))
  }

  private static func digest(_ name: [UInt8], _ line: Span<UInt8>, _ index: inout Int) -> SHA256Digest? {
    guard skip(name, line, &index), line.count - index >= 66, line[index] == UInt8(ascii: "\""),
      line[index + 65] == UInt8(ascii: "\""), let digest = SHA256Digest(hexDigits: line.extracting(index + 1..<index + 65))
    else { return nil }
    index += 66
    return digest
  }

  private mutating func text(_ line: Span<UInt8>, _ index: inout Int) -> Place? {
    guard index < line.count, line[index] == UInt8(ascii: "\"") else { return nil }
    index += 1
    let start = index
    while index < line.count, line[index] != UInt8(ascii: "\""), line[index] != UInt8(ascii: "\\") { index += 1 }
    guard index < line.count else { return nil }
    if line[index] == UInt8(ascii: "\"") {
      index += 1
      return Place(range: start..<index - 1)
    }
    let first = unescaped.count
    for offset in start..<index { unescaped.append(line[offset]) }
    while index < line.count, line[index] != UInt8(ascii: "\"") {
      guard line[index] == UInt8(ascii: "\\") else {
        unescaped.append(line[index])
        index += 1
        continue
      }
      guard index + 1 < line.count, let byte = Self.escapes[line[index + 1]] else { return nil }
      unescaped.append(byte)
      index += 2
    }
    guard index < line.count else { return nil }
    index += 1
    return Place(isUnescaped: true, range: first..<unescaped.count)
  }

  /// Those that the export writes often; a line with others is read as any JSON is.
  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "n"): UInt8(ascii: "\n"),
  ]

  // MARK: As any JSON

  private mutating func readAsJSON(_ line: Span<UInt8>) throws(ExportedLineError) {
    let bytes = unsafe line.withUnsafeBufferPointer { unsafe Array($0) }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw ExportedLineError(message: "is no JSON: \(error.message) at character \(error.column)")
    }
    guard case .object(let object) = value else { throw ExportedLineError(message: "is no JSON object") }
    let known = ["seq"] + AuditExport.fields + ["prev_hash", "hash"]
    if let strange = object.members.first(where: { !known.contains($0.name) }) {
      throw ExportedLineError(message: "has \"\(strange.name)\", which no audit event has")
    }
    unescaped.removeAll(keepingCapacity: true)
    seq = try Self.integer("seq", object)
    previous = try Self.digest("prev_hash", object)
    hash = try Self.digest("hash", object)
    for (field, name) in AuditExport.fields.enumerated() {
      let text = AuditExport.numbers.contains(name) ? String(try Self.integer(name, object)) : try Self.text(name, object)
      let start = unescaped.count
      unescaped += text.utf8
      places[field] = Place(isUnescaped: true, range: start..<unescaped.count)
    }
  }

  private static func integer(_ name: String, _ object: JSONObject) throws(ExportedLineError) -> Int64 {
    guard case .number(let number)? = object[name], let integer = number.integer(as: Int64.self) else {
      throw ExportedLineError(message: "has no whole number \"\(name)\"")
    }
    return integer
  }

  private static func text(_ name: String, _ object: JSONObject) throws(ExportedLineError) -> String {
    guard case .string(let text)? = object[name] else { throw ExportedLineError(message: "has no text \"\(name)\"") }
    return text
  }

  private static func digest(_ name: String, _ object: JSONObject) throws(ExportedLineError) -> SHA256Digest {
    guard let digest = SHA256Digest(hex: try text(name, object)) else {
      throw ExportedLineError(message: "has no SHA-256 of 64 hexadecimal digits in \"\(name)\"")
    }
    return digest
  }
}

/// Why a line is no audit event.
struct ExportedLineError: Error {
  /// As in "line 5 …".
  var message: String
}
