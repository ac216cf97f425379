import Cryptography
import SheetSyncDomain
import Wire

/// A language model behind an OpenAI-compatible address, asked for metric chains. There is none unless the settings name one.
struct ChainSuggester: Sendable {
  /// Where the model is, and how it is addressed.
  struct Settings: Hashable, Sendable {
    /// Without a path: `https://models.example.com`, `http://127.0.0.1:11434`.
    var address: String
    var model: String
    /// A file with the key that the address wants; nil for none. It is read anew for each action, and never logged.
    var keyFile: String?
  }

  /// A model on a laptop takes its time.
  static let patience: Duration = .seconds(120)
  static let longestAnswer = 1 << 20
  static let longestKey = 4_096
  /// A refusal for the moment is waited out so often, so long at a time.
  static let attempts = 3
  static let longestPause: Duration = .seconds(20)
  /// A chain is short; whatever goes on after this is no chain.
  static let mostTokens = 400

  let settings: Settings
  let sender: any HTTPSender

  /// Why nothing can be suggested, and what to set about it.
  static let absent = ActionFailure(
    code: "no_suggester",
    message:
      "no language model is configured, so nothing can be suggested. Set LODESTAR_SYNC_SUGGESTER_ADDRESS (an OpenAI-compatible"
      + " address, such as http://127.0.0.1:11434), LODESTAR_SYNC_SUGGESTER_MODEL and, if it wants a key,"
      + " LODESTAR_SYNC_SUGGESTER_KEY_FILE for lodestar-sync, and start it anew")

  /// The key's text; nil when none is needed.
  func readKey() throws -> String? {
    guard let path = settings.keyFile else { return nil }
    guard let bytes = try? PrivateFile.read(path) else {
      throw ActionFailure(code: "suggester_key", message: "the file that LODESTAR_SYNC_SUGGESTER_KEY_FILE names cannot be read")
    }
    let key = CellText.trimmed(String(decoding: bytes, as: UTF8.self))
    guard !key.isEmpty, bytes.count < Self.longestKey, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ActionFailure(
        code: "suggester_key",
        message: "the file that LODESTAR_SYNC_SUGGESTER_KEY_FILE names holds no key: one line of visible ASCII")
    }
    return key
  }

  /// What the model answers, as text. Throws `ActionFailure` when it does not.
  func ask(_ prompt: ChainPrompt, key: String?) async throws -> String {
    let request = self.request(prompt, key: key)
    var attempt = 1
    while true {
      let exchange = try await sender.send(request)
      if case .answer(let answer) = exchange, answer.status == 200 { return try Self.text(in: answer.body) }
      guard attempt < Self.attempts, let pause = Self.pause(after: exchange, attempt: attempt) else { throw failure(exchange) }
      try await Task.sleep(for: pause)
      attempt += 1
    }
  }

  func request(_ prompt: ChainPrompt, key: String?) -> HTTPRequest {
    func message(_ role: String, _ content: String) -> JSONValue { ["role": .string(role), "content": .string(content)] }
    let body: JSONValue = [
      "model": .string(settings.model), "temperature": 0, "max_tokens": .number(JSONNumber(Self.mostTokens)), "stream": false,
      "messages": [message("system", prompt.instructions), message("user", prompt.question)],
    ]
    var request = HTTPRequest(
      method: .post, url: settings.address + "/v1/chat/completions", headers: [("Content-Type", "application/json")],
      body: Array(body.text().utf8), timeout: Self.patience, mostBytes: Self.longestAnswer)
    if let key { request.headers.append(("Authorization", "Bearer \(key)")) }
    return request
  }

  /// The content of the first choice.
  static func text(in body: [UInt8]) throws -> String {
    guard let json = try? JSONValue(parsing: body), let content = json["choices"]?[0]?["message"]?["content"]?.stringValue else {
      throw ActionFailure(
        code: "suggester_answer", message: "the language model's address answered something else than a chat completion")
    }
    return content
  }

  /// How long to wait before it is tried again; nil when that is of no use.
  static func pause(after exchange: HTTPExchange, attempt: Int) -> Duration? {
    let usual = Duration.seconds(1 << attempt)
    guard case .answer(let answer) = exchange else {
      if case .cut = exchange { return usual }
      return nil
    }
    guard answer.status == 429 || answer.status >= 500 else { return nil }
    guard let seconds = answer.retryAfterSeconds, seconds.isFinite, seconds >= 0 else { return usual }
    return min(.seconds(min(seconds, 86_400)), longestPause)
  }

  private func failure(_ exchange: HTTPExchange) -> ActionFailure {
    let place = "the language model at \(settings.address)"
    func failure(_ code: String, _ message: String) -> ActionFailure { ActionFailure(code: code, message: "\(place) \(message)") }
    switch exchange {
    case .cut: return failure("suggester_unavailable", "cannot be reached; look whether it runs and whether its address is right")
    case .timedOut: return failure("suggester_slow", "did not answer within \(Int(Self.patience / .seconds(1))) s")
    case .tooLong: return failure("suggester_answer", "answered more than \(Self.longestAnswer) bytes")
    case .answer(let answer):
      switch answer.status {
      case 401, 403:
        return failure("suggester_key", "refused the key (status \(answer.status)); look at LODESTAR_SYNC_SUGGESTER_KEY_FILE")
      case 404:
        return failure(
          "suggester_address", "knows no such model or path (status 404); look at LODESTAR_SYNC_SUGGESTER_ADDRESS and _MODEL")
      default: return failure("suggester_refused", "answered with status \(answer.status)")
      }
    }
  }
}
