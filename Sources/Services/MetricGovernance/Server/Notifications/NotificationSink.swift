/// A notification on its way out.
struct OutgoingNotification: Sendable, Equatable {
  /// What its receivers know it by.
  var key: String
  /// One line of JSON.
  var payload: String
  /// How often it was tried before, as far as is known.
  var attempts: Int
  /// Whether somebody had it in hand before, and may have sent it without saying so.
  var mayHaveBeenSent: Bool
}

/// What became of a try.
enum SendOutcome: Sendable, Equatable {
  case delivered
  /// - Parameter after: how long the receiver asked to be left alone.
  case failed(reason: String, after: Duration?)
}

/// What a channel's notifications go out through.
protocol NotificationSink: Sendable {
  var channel: NotificationChannel { get }
  /// Sends it, or says why not. May be called again with the same one: what it sends carries the key.
  func send(_ notification: OutgoingNotification) async -> SendOutcome
}
