import Ledger

extension EntryLayout {
  /// An audit event's fields as its hash covers them: all texts in UTF-8, numbers in decimal digits.
  static let auditEvent = EntryLayout([
    "event", "severity", "actor", "at_us", "subject", "metric_key", "version", "reason", "before", "after", "registry_revision",
  ])
}
