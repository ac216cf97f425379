/// What LISTEN brings.
public struct PostgresNotification: Sendable, Equatable {
  /// The channel listened to.
  public var channel: String
  /// NOTIFY's text; empty when it had none.
  public var payload: String
  /// Not a NOTIFY: listening has (re)started, or the reader was too slow, so that notifications from before now may be missing. Look
  /// at the tables.
  public var isGap: Bool

  /// A notification, or a gap in them.
  public init(channel: String, payload: String = "", isGap: Bool = false) {
    self.channel = channel
    self.payload = payload
    self.isGap = isGap
  }
}
