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
    var lines = AuditLines(behind: head ?? Checkpoint(seq: 0, hash: .zero))
    for record in records { lines.append(record, actor: actor, at: at, revision: revision) }
    try await transaction.execute(lines.insert)
  }
}

/// New rows of the chain, column by column, for one statement whatever their number.
private struct AuditLines: ~Copyable {
  private var head: Checkpoint
  private var form = CanonicalEntry(.auditEvent)

  private var seq: [Int64] = []
  private var event: [String] = []
  private var severity: [String] = []
  private var actor: [String] = []
  private var at: [Int64] = []
  private var subject: [String] = []
  private var metricKey: [String] = []
  private var version: [String] = []
  private var reason: [String] = []
  private var before: [String] = []
  private var after: [String] = []
  private var revision: [Int64] = []
  private var previous: [String] = []
  private var hash: [String] = []

  init(behind head: Checkpoint) { self.head = head }

  mutating func append(_ record: AuditRecord, actor: String, at: Instant, revision: Int64) {
    form.begin(seq: head.seq + 1, previous: head.hash)
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
    seq.append(head.seq + 1)
    event.append(record.event.rawValue)
    severity.append(record.event.severity.rawValue)
    self.actor.append(actor)
    self.at.append(at.microseconds)
    subject.append(record.subject)
    metricKey.append(record.metricKey)
    version.append(record.version)
    reason.append(record.reason)
    before.append(record.before)
    after.append(record.after)
    self.revision.append(revision)
    previous.append(head.hash.hex)
    head = Checkpoint(seq: head.seq + 1, hash: form.hash())
    hash.append(head.hash.hex)
  }

  var insert: Statement {
    """
    INSERT INTO audit_event (seq, event, severity, actor, at_us, subject, metric_key, version, reason, before, after,
      registry_revision, prev_hash, hash)
    SELECT seq, event, severity, actor, at_us, subject, metric_key, version, reason, before, after, registry_revision,
      decode(prev_hash, 'hex'), decode(hash, 'hex')
    FROM unnest(
      \(seq), \(event), \(severity), \(actor), \(at), \(subject), \(metricKey), \(version), \(reason), \(before), \(after),
      \(revision), \(previous), \(hash)
    ) AS line (seq, event, severity, actor, at_us, subject, metric_key, version, reason, before, after, registry_revision,
      prev_hash, hash)
    """
  }
}
