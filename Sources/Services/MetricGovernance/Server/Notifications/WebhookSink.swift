import Cryptography
import Reactor
import Runtime

/// Posts each notification to a URL: its key is the `Idempotency-Key`, so that a receiver can tell a repetition. An answer of 2xx is a
/// delivery; everything else is tried again, redirections too, as they are not followed.
struct WebhookSink: NotificationSink {
  /// How long a receiver may take for its answer.
  static let usualTimeout = Duration.seconds(10)
  /// A receiver that asks to be left alone for longer than this is asked again all the same.
  static let longestRetryAfter = Duration.seconds(24 * 60 * 60)

  let channel = NotificationChannel.webhook
  let address: HTTPAddress
  let trust: TLSContext
  var timeout = usualTimeout

  func send(_ notification: OutgoingNotification) async -> SendOutcome {
    let deadline = ContinuousClock.now.advanced(by: timeout)
    let post = HTTPPost(address: address, idempotencyKey: notification.key, body: notification.payload)
    let addresses: [ResolvedAddress]
    do throws(SocketError) {
      addresses = try await ResolvedAddress.resolve(address.socketAddress)
    } catch {
      return .failed(reason: "\(address.origin) cannot be reached: \(error.reason)", after: nil)
    }
    let trust = trust
    let result = await withCheckedContinuation { continuation in
      BlockingThread.run {
        continuation.resume(
          returning: Result { () throws(HTTPFailure) in
            try HTTPExchange.run(post, to: addresses, trust: trust, deadline: deadline)
          })
      }
    }
    switch result {
    case .success(let answer) where (200...299).contains(answer.status): return .delivered
    case .success(let answer):
      let words = answer.reason.isEmpty ? "\(answer.status)" : "\(answer.status) \(answer.reason)"
      return .failed(reason: "\(address.origin) answered \(words)", after: answer.retryAfter.flatMap(Self.pause))
    case .failure(let failure): return .failed(reason: "\(address.origin) \(failure.message)", after: nil)
    }
  }

  /// What Retry-After asks for: seconds, or a date.
  static func pause(_ text: String) -> Duration? {
    pause(text, nowSeconds: WallClock.nowMicroseconds() / 1_000_000)
  }

  static func pause(_ text: String, nowSeconds: Int64) -> Duration? {
    guard let seconds = UInt32(text).map(Int64.init) ?? HTTPDate.seconds(text).map({ max(0, $0 - nowSeconds) }) else { return nil }
    return min(.seconds(seconds), longestRetryAfter)
  }
}

/// HTTP's date, in the one form that is written today (RFC 9110, section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Seconds since 1970; nil for other texts.
  static func seconds(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else {
      return nil
    }
    // Years that begin in March: a leap day is a year's last.
    let shifted = month > 1 ? year : year - 1
    let dayOfYear = (153 * ((Int64(month) + 10) % 12) + 2) / 5 + day - 1
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }
}
