import MetricGovernanceDomain
import Postgres
import Wire

/// What has to be told, written down together with its cause: when the transaction commits, it will be sent, and else never was.
struct Outbox: Sendable {
  /// Told when there is something to send.
  static let channel = "metric_notification"

  /// On which every notice goes out. Empty when nothing is configured: then nothing is written either.
  let channels: [NotificationChannel]

  /// Writes a notification for each notice and channel, to be sent after the commit.
  func enqueue(_ notices: [Notice], at: Instant, in transaction: Transaction) async throws {
    guard !notices.isEmpty, !channels.isEmpty else { return }
    var lines = NotificationLines(at: at)
    for notice in notices {
      for channel in channels { lines.append(notice, on: channel) }
    }
    _ = try await transaction.pipeline([lines.insert, "SELECT pg_notify(\(Self.channel), '')"])
  }
}

/// New notifications, column by column, for one statement whatever their number.
private struct NotificationLines {
  let at: Instant
  private var key: [String] = []
  private var event: [String] = []
  private var metricKey: [String] = []
  private var recipient: [String] = []
  private var channel: [String] = []
  private var payload: [String] = []

  init(at: Instant) { self.at = at }

  mutating func append(_ notice: Notice, on channel: NotificationChannel) {
    let key = NotificationKey.new()
    self.key.append(key)
    event.append(notice.event.rawValue)
    metricKey.append(notice.metricKey)
    recipient.append(notice.recipient)
    self.channel.append(channel.rawValue)
    payload.append(notice.payload(key: key, at: at))
  }

  var insert: Statement {
    """
    INSERT INTO notification (notification_key, event, metric_key, recipient, channel, payload, created_at, next_attempt_at)
    SELECT key, event, metric_key, recipient, channel, payload,
      timestamptz 'epoch' + \(at.microseconds) * interval '1 microsecond', clock_timestamp()
    FROM unnest(\(key), \(event), \(metricKey), \(recipient), \(channel), \(payload))
      AS line (key, event, metric_key, recipient, channel, payload)
    """
  }
}

/// Names a notification to those who receive it, everywhere and for ever: they know by it what they were sent before.
enum NotificationKey {
  /// 32 random hexadecimal digits.
  static func new() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension Notice {
  /// What is sent: one JSON object, members in the order of their names.
  func payload(key: String, at: Instant) -> String {
    var object = JSONObject()
    object["at_us"] = .number(JSONNumber(at.microseconds))
    object["event"] = .string(event.rawValue)
    object["message"] = .string(message)
    object["metric_key"] = .string(metricKey)
    object["notification"] = .string(key)
    object["recipient"] = .string(recipient)
    object["severity"] = .string(event.severity.rawValue)
    object["version"] = .string(version)
    return JSONValue.object(object).canonicalText
  }
}
