/// What people can ask to happen to a metric.
public enum LifecycleCommand: Equatable, Sendable {
  /// Nil for the number behind the highest; facts where the metric is not there yet.
  case createVersion(VersionNumber?, Draft, MetricFacts?)
  case updateDraft(VersionNumber, Draft)
  case updateMetric(MetricFacts)
  case requestApproval(VersionNumber, ApprovalRequest)
  case decide(VersionNumber, Verdict)
  case activate(VersionNumber, makeCurrent: Bool)
  case setCurrentVersion(VersionNumber)
  case deprecate(VersionNumber, Deprecation)
  case sunset(VersionNumber)
  case retire(VersionNumber)
  case rollback
  case correctDefinition(VersionNumber, approval: Int32)
}

/// What a draft says, and where its tests passed.
public struct Draft: Equatable, Sendable {
  public var subject: HashedContent
  public var testEvidence: String

  public init(_ subject: HashedContent, testEvidence: String = "") {
    self.subject = subject
    self.testEvidence = testEvidence
  }
}

public struct ApprovalRequest: Equatable, Sendable {
  public var purpose: Approval.Purpose
  public var ticket: String
  /// The requester's own judgement.
  public var isBreaking: Bool
  /// For a correction: what is to become of the version.
  public var correction: HashedContent?

  public init(_ purpose: Approval.Purpose, ticket: String, isBreaking: Bool = false, correction: HashedContent? = nil) {
    self.purpose = purpose
    self.ticket = ticket
    self.isBreaking = isBreaking
    self.correction = correction
  }
}

/// What a person of the board says to a request.
public struct Verdict: Equatable, Sendable {
  public var approval: Int32
  public var isApproved: Bool
  public var checklist: Approval.Checklist
  /// The hash of what was looked at.
  public var subjectHash: [UInt8]

  public init(_ approval: Int32, isApproved: Bool, checklist: Approval.Checklist, subjectHash: [UInt8]) {
    self.approval = approval
    self.isApproved = isApproved
    self.checklist = checklist
    self.subjectHash = subjectHash
  }
}

public struct Deprecation: Equatable, Sendable {
  /// Nil for the current version.
  public var replacement: VersionNumber?
  /// Nil for the earliest that the grace period allows.
  public var plannedSunset: Instant?
  /// Uses an approved expedited sunset, which lifts the grace period.
  public var isExpedited: Bool

  public init(replacement: VersionNumber? = nil, plannedSunset: Instant? = nil, isExpedited: Bool = false) {
    self.replacement = replacement
    self.plannedSunset = plannedSunset
    self.isExpedited = isExpedited
  }
}

/// What a command comes to. Nothing of it has happened until somebody writes it down.
public struct LifecycleOutcome: Equatable, Sendable {
  /// With the revision it had before: the number of the new one is not the rules' to give.
  public internal(set) var metric: Metric
  /// In the order in which it happened; none when the command changes nothing.
  public internal(set) var records: [AuditRecord] = []
  public internal(set) var notices: [Notice] = []
  /// The approval that was asked for or decided; 0 for none.
  public internal(set) var approvalNumber: Int32 = 0
  /// What a person should know beside, a sentence each.
  public internal(set) var notes: [String] = []
  /// Of a rollback.
  public internal(set) var rollback: RollbackPlan?

  /// The same with the metric as it is stored: under its new revision.
  public func stored(as metric: Metric) -> LifecycleOutcome {
    var outcome = self
    outcome.metric = metric
    return outcome
  }
}

/// From where to where a rollback goes, and how.
public struct RollbackPlan: Equatable, Sendable {
  public var from: VersionNumber
  public var to: VersionNumber
  /// A sentence each.
  public var steps: [String]
}
