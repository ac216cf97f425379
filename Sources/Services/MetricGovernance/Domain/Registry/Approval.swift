/// A request that people of the board decide: bound to what it is about by that content's hash.
public struct Approval: Equatable, Sendable {
  public enum Purpose: String, CaseIterable, Sendable {
    case activation, correction
    case expeditedSunset = "expedited_sunset"
    case forcedRetirement = "forced_retirement"
    case rollback
  }
  public enum Status: String, CaseIterable, Sendable {
    case pending, approved, rejected
    /// What was approved has been edited since, or another request took its place.
    case void
  }

  /// Counted from 1 within the version.
  public var number: Int32
  public var purpose: Purpose
  public var status: Status
  /// SHA-256 of the content it is for: the version's, or what a correction would make of it.
  public var subjectHash: [UInt8]
  public var requestedBy: String
  public var requestedAt: Instant
  public var ticket: String
  /// As the requester declared.
  public var isBreaking: Bool
  public var reason: String
  /// What the formulas' comparison said at the time.
  public var advice: String
  /// Whether that was "breaking" while the requester declared it is not.
  public var isAgainstAdvice: Bool
  public var approversNeeded: Int32
  /// What a correction would make of the version; nil for every other purpose.
  public var correction: VersionContent?
  /// When the change was made that it allowed: an approval is good for one.
  public var usedAt: Instant?
  public var decisions: [Decision]

  public init(
    number: Int32, purpose: Purpose, status: Status = .pending, subjectHash: [UInt8], requestedBy: String, requestedAt: Instant,
    ticket: String, isBreaking: Bool, reason: String, advice: String = "", isAgainstAdvice: Bool = false,
    approversNeeded: Int32 = 1,
    correction: VersionContent? = nil, usedAt: Instant? = nil, decisions: [Decision] = []
  ) {
    self.number = number
    self.purpose = purpose
    self.status = status
    self.subjectHash = subjectHash
    self.requestedBy = requestedBy
    self.requestedAt = requestedAt
    self.ticket = ticket
    self.isBreaking = isBreaking
    self.reason = reason
    self.advice = advice
    self.isAgainstAdvice = isAgainstAdvice
    self.approversNeeded = approversNeeded
    self.correction = correction
    self.usedAt = usedAt
    self.decisions = decisions
  }

  /// What one person of the board said.
  public struct Decision: Equatable, Sendable {
    public var principal: String
    public var isApproved: Bool
    public var reason: String
    public var checklist: Checklist
    public var at: Instant

    public init(principal: String, isApproved: Bool, reason: String, checklist: Checklist, at: Instant) {
      self.principal = principal
      self.isApproved = isApproved
      self.reason = reason
      self.checklist = checklist
      self.at = at
    }
  }

  /// What the board looks at (requirement 288); all four hold in a yes.
  public struct Checklist: Equatable, Sendable {
    public var isFormulaCorrect: Bool
    public var areEdgeCasesHandled: Bool
    public var isImpactUnderstood: Bool
    public var isMigrationPlanned: Bool

    public init(
      isFormulaCorrect: Bool = false, areEdgeCasesHandled: Bool = false, isImpactUnderstood: Bool = false,
      isMigrationPlanned: Bool = false
    ) {
      self.isFormulaCorrect = isFormulaCorrect
      self.areEdgeCasesHandled = areEdgeCasesHandled
      self.isImpactUnderstood = isImpactUnderstood
      self.isMigrationPlanned = isMigrationPlanned
    }

    public var isComplete: Bool { isFormulaCorrect && areEdgeCasesHandled && isImpactUnderstood && isMigrationPlanned }
  }
}
