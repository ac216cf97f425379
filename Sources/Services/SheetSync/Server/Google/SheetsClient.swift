import Logging
import Wire

/// Calls the Google Sheets API, version 4: with a token, within the quota, and again where that helps.
struct SheetsClient: Sendable {
  /// The longest answer that is taken.
  static let mostAnswerBytes = 10 << 20

  let base: ServiceAddress
  let tokens: AccessTokens
  let sender: any HTTPSender
  let quota: QuotaBucket
  var policy = RetryPolicy()
  let logger: Logger

  var email: String { tokens.account.email }

  /// What a call came to.
  enum Outcome: Sendable {
    case value(JSONValue)
    /// Longer than `mostAnswerBytes`.
    case tooLong
  }

  /// One call, whose answer is told by `fields`.
  ///
  /// - Parameter title: names the spreadsheet in errors.
  func call(_ call: SheetsCall, title: String) async throws(WorkbookError) -> Outcome {
    do {
      return try await attempt(call, title)
    } catch let error as WorkbookError {
      throw error
    } catch is CancellationError {
      throw .cancelled(title)
    } catch {
      // The key was read when the service began; a signature fails only when libcrypto has no memory.
      throw WorkbookError(
        .credentials, file: title, problem: "the service account's key cannot sign (\(error))", mend: "Make a new key file.")
    }
  }

  private func attempt(_ call: SheetsCall, _ title: String) async throws -> Outcome {
    let url = call.url(base)
    let body = call.body.map { Array($0.text().utf8) } ?? []
    let beganAt = ContinuousClock.now
    var waitedForQuota = Duration.zero
    var mayRenewToken = true
    var number = 1
    while true {
      let (exchange, token, wait) = try await send(call, url, body)
      waitedForQuota += wait
      let outcome: AttemptOutcome
      switch exchange {
      case .tooLong where token != nil: return .tooLong
      // Too long an answer instead of a token: the call itself was not made.
      case .tooLong: outcome = .cut
      case .cut(let reason):
        logger.debug("a call to Google was cut", metadata: ["reason": "\(reason)"])
        outcome = .cut
      case .timedOut: outcome = .timedOut
      case .answer(let answer) where answer.status == 401 && token != nil && mayRenewToken:
        // A token can be taken back before its end.
        mayRenewToken = false
        if let token { await tokens.forget(token) }
        continue
      case .answer(let answer):
        outcome = .answered(status: answer.status, retryAfterSeconds: answer.retryAfterSeconds)
      }
      let decision = policy.decide(
        outcome, attempt: number, elapsed: ContinuousClock.now - beganAt, waitedForQuota: waitedForQuota,
        jitter: Double.random(in: 0...1))
      guard case .wait(let pause, let reason) = decision else { return try read(exchange, hasToken: token != nil, title) }
      if reason == .quota {
        waitedForQuota += pause
        if token != nil { await quota.pause(call.kind, for: pause) }
      }
      WorkbookCosts.current?.waits(pause, because: reason)
      try await Task.sleep(for: pause)
      number += 1
    }
  }

  /// One attempt; without a token when none could be had, and then what the token's service did. `wait`: how long the call waited for its
  /// turn.
  private func send(_ call: SheetsCall, _ url: String, _ body: [UInt8]) async throws -> (
    HTTPExchange, token: String?, wait: Duration
  ) {
    let token: String
    switch try await tokens.current() {
    case .token(let current): token = current
    case .refused(let exchange): return (exchange, nil, .zero)
    }
    let wait = await quota.take(call.kind)
    if wait > .zero {
      WorkbookCosts.current?.waits(wait, because: .quota)
      try await Task.sleep(for: wait)
    }
    WorkbookCosts.current?.countCall()
    var headers = [("Authorization", "Bearer \(token)")]
    if !body.isEmpty { headers.append(("Content-Type", "application/json; charset=utf-8")) }
    let request = HTTPRequest(
      method: call.body == nil ? .get : .post, url: url, headers: headers, body: body, timeout: .seconds(120),
      mostBytes: Self.mostAnswerBytes)
    return (try await sender.send(request), token, wait)
  }

  private func read(_ exchange: HTTPExchange, hasToken: Bool, _ title: String) throws(WorkbookError) -> Outcome {
    guard hasToken else { throw .googleToken(exchange, title: title, email: email) }
    guard case .answer(let answer) = exchange else { throw .away(title) }
    guard answer.status == 200 else { throw .google(answer, title: title, email: email) }
    do throws(JSONParseError) {
      return .value(try JSONValue(parsing: answer.body))
    } catch {
      throw .unexpected(title, "\(error)")
    }
  }
}
