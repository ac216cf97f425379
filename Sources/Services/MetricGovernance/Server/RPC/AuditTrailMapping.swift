import Cryptography
import Ledger
import Messages
import MetricGovernanceDomain
import Postgres

extension AuditEvent {
  init(_ stored: StoredAuditEvent) {
    self.init(
      seq: stored.seq, event: stored.event, severity: AuditSeverity(stored.severity), actor: stored.actor,
      atUs: stored.atMicroseconds, subject: stored.subject, metricKey: stored.metricKey, version: stored.version,
      reason: stored.reason, before: stored.before, after: stored.after, registryRevision: stored.revision,
      prevHash: stored.previous.hex, hash: stored.hash.hex)
  }
}

extension AuditSeverity {
  init(_ severity: GovernanceEvent.Severity) {
    self =
      switch severity {
      case .low: .low
      case .medium: .medium
      case .high: .high
      case .critical: .critical
      }
  }
}

extension GovernanceEvent.Severity {
  init(_ severity: AuditSeverity) {
    self =
      switch severity {
      case .unspecified, .low: .low
      case .medium: .medium
      case .high: .high
      case .critical: .critical
      }
  }
}

extension AuditEventFilter {
  /// Throws for what no event can have.
  init(_ request: ListAuditEventsRequest) throws(Refusal) {
    for event in request.events where GovernanceEvent(rawValue: event) == nil {
      let known = GovernanceEvent.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.invalid, "EVENT_UNKNOWN", field: "events", "There is no event \"\(event)\"; there are \(known).")
    }
    if request.toUs != 0, request.toUs <= request.fromUs {
      throw Refusal(.invalid, "TIMES_REVERSED", field: "to_us", "to_us is not after from_us, so that nothing lies between.")
    }
    self.init(
      metricKey: request.metricKey, version: request.version, events: request.events, actor: request.actor,
      leastSeverity: GovernanceEvent.Severity(request.leastSeverity),
      from: request.fromUs == 0 ? nil : Instant(microseconds: request.fromUs),
      to: request.toUs == 0 ? nil : Instant(microseconds: request.toUs))
  }
}

extension VerifyAuditChainResponse {
  init(_ verdict: ChainVerdict) {
    self.init(
      isIntact: verdict.fault == nil, events: verdict.entries, brokenSeq: verdict.fault?.seq ?? 0,
      fault: verdict.fault?.kind.rawValue ?? "", explanation: verdict.fault?.explanation ?? "",
      head: verdict.head.map { AuditCheckpoint(seq: $0.seq, hash: $0.hash.hex) })
  }
}

extension Checkpoint {
  init(_ message: AuditCheckpoint) throws(Refusal) {
    guard message.seq > 0, let hash = SHA256Digest(hex: message.hash) else {
      throw Refusal(
        .invalid, "CHECKPOINT_MALFORMED", field: "checkpoints",
        "A checkpoint has a seq from 1 and a hash of 64 hexadecimal digits; this one has \(message.seq), \"\(message.hash)\".")
    }
    self.init(seq: message.seq, hash: hash)
  }
}
