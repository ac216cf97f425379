import Cryptography
import Ledger
import MetricGovernanceDomain
import Postgres

/// Writes the audit trail: each event is chained to the one before by its hash.
///
/// Whoever appends holds the lock of registry_head: the chain has one writer at a time.
struct AuditLedger: Sendable {
  /// Appends the records, in their order, behind the newest event. In the caller's transaction, so that there is no change without its event
  /// and no event without its change.
  func append(
    _ records: [AuditRecord], actor: String, at: Instant, revision: Int64, in transaction: Transaction
  ) async throws {
    guard !records.isEmpty else { return }
    let head = try await transaction.fetchFirst(NewestAuditEvent())
    var chain = head ?? Checkpoint(seq: 0, hash: .zero)
    var form = CanonicalEntry(.auditEvent)
    var links: [AuditLink] = []
    links.reserveCapacity(records.count)
    for record in records {
      let previous = chain.hash
      form.begin(seq: chain.seq + 1, previous: previous)
      form.append(record.event.rawValue)
      form.append(record.event.severity.rawValue)
      form.append(actor)
      form.append(at.microseconds)
      form.append(record.subject)
      form.append(record.metricKey)
      form.append(record.version)
      form.append(record.reason)
      form.append(record.before)
      form.append(record.after)
      form.append(revision)
      chain = Checkpoint(seq: chain.seq + 1, hash: form.hash())
      links.append(AuditLink(record: record, previous: previous, place: chain))
    }
    try await transaction.execute(AuditLink.insert(links, actor: actor, at: at, revision: revision))
  }
}

/// A record where it stands in the chain.
private struct AuditLink {
  var record: AuditRecord
  var previous: SHA256Digest
  var place: Checkpoint

  /// One statement whatever their number.
  static func insert(_ links: [AuditLink], actor: String, at: Instant, revision: Int64) -> Statement {
    """
    INSERT INTO audit_event (seq, event, severity, actor, at_us, subject, metric_key, version, reason, before, after,
      registry_revision, prev_hash, hash)
    SELECT seq, event, severity, \(actor), \(at.microseconds), subject, metric_key, version, reason, before, after, \(revision),
      decode(prev_hash, 'hex'), decode(hash, 'hex')
    FROM unnest(
      \(links.map(\.place.seq)), \(links.map(\.record.event.rawValue)), \(links.map(\.record.event.severity.rawValue)),
      \(links.map(\.record.subject)), \(links.map(\.record.metricKey)), \(links.map(\.record.version)),
      \(links.map(\.record.reason)), \(links.map(\.record.before)), \(links.map(\.record.after)),
      \(links.map(\.previous.hex)), \(links.map(\.place.hash.hex))
    ) AS line (seq, event, severity, subject, metric_key, version, reason, before, after, prev_hash, hash)
    """
  }
}
