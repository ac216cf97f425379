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
    let lines = notices.flatMap { notice in channels.map { NotificationLine(notice: notice, channel: $0) } }
    _ = try await transaction.pipeline([NotificationLine.insert(lines, at: at), "SELECT pg_notify(\(Self.channel), '')"])
  }
}

/// A new notification.
private struct NotificationLine {
  let key = NotificationKey.new()
  let notice: Notice
  let channel: NotificationChannel

  /// One statement whatever their number.
  static func insert(_ lines: [NotificationLine], at: Instant) -> Statement {
    """
    INSERT INTO notification (notification_key, event, metric_key, recipient, channel, payload, created_at, next_attempt_at)
    SELECT key, event, metric_key, recipient, channel, payload, \(at.timestamp), clock_timestamp()
    FROM unnest(
      \(lines.map(\.key)), \(lines.map(\.notice.event.rawValue)), \(lines.map(\.notice.metricKey)),
      \(lines.map(\.notice.recipient)), \(lines.map(\.channel.rawValue)), \(lines.map { $0.notice.payload(key: $0.key, at: at) })
    ) AS line (key, event, metric_key, recipient, channel, payload)
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
