import Wire

/// The tokens of one service account. A token is used until five minutes before its end, by all actions of this program.
actor AccessTokens {
  static let usedUntilBeforeEndUs: Int64 = 5 * 60 * 1_000_000
  static let mostBytes = 64 << 10

  let account: ServiceAccount
  private let sender: any HTTPSender
  private let nowUs: @Sendable () -> Int64
  private var token: (text: String, usableUntilUs: Int64)?
  /// Whoever needs a token while one is fetched waits for that one.
  private var fetching: Task<Fetched, any Error>?

  /// What an attempt to get a token came to.
  enum Fetched: Sendable {
    case token(String)
    /// What the token endpoint did instead; an answer of another status than 200, or a failure on the way.
    case refused(HTTPExchange)
  }

  init(account: ServiceAccount, sender: any HTTPSender, nowUs: @escaping @Sendable () -> Int64) {
    self.account = account
    self.sender = sender
    self.nowUs = nowUs
  }

  func current() async throws -> Fetched {
    if let token, nowUs() < token.usableUntilUs { return .token(token.text) }
    if let fetching { return try await fetching.value }
    let task = Task { try await self.fetch() }
    fetching = task
    defer { fetching = nil }
    return try await task.value
  }

  /// Google refused the token: the next call gets a new one, unless another call has got it already.
  func forget(_ text: String) {
    if token?.text == text { token = nil }
  }

  private func fetch() async throws -> Fetched {
    let beganAtUs = nowUs()
    let assertion = try account.assertion(nowSeconds: beganAtUs / 1_000_000)
    let form = "grant_type=\(PercentEncoded.query(ServiceAccount.grantType))&assertion=\(assertion)"
    let exchange = try await sender.send(
      HTTPRequest(
        method: .post, url: account.tokenAddress.text, headers: [("Content-Type", "application/x-www-form-urlencoded")],
        body: Array(form.utf8), timeout: .seconds(30), mostBytes: Self.mostBytes))
    guard case .answer(let answer) = exchange, answer.status == 200, let value = try? JSONValue(parsing: answer.body),
      let text = value["access_token"]?.stringValue, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return .refused(exchange) }
    let seconds = min(max(value["expires_in"]?.int64Value ?? 3600, 0), 86_400)
    token = (text, beganAtUs + seconds * 1_000_000 - Self.usedUntilBeforeEndUs)
    return .token(text)
  }
}

/// Texts inside addresses (RFC 3986).
enum PercentEncoded {
  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// Everything but letters, digits and `-._~` escaped.
  static func query(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
