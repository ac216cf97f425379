/// One version of a metric.
public struct MetricVersion: Equatable, Sendable {
  public var number: VersionNumber
  public var status: VersionStatus
  public var content: VersionContent
  /// SHA-256 of the content's canonical form, 32 bytes.
  public var contentHash: [UInt8]
  /// Counts the corrections that kept the formula.
  public var correction: Int32
  public var isBreaking: Bool
  public var replacement: VersionNumber?
  /// Where the model's tests passed.
  public var testEvidence: String
  public var createdBy: String
  public var moments: VersionMoments
  /// In the order of their numbers.
  public var approvals: [Approval]

  public init(
    number: VersionNumber, status: VersionStatus = .draft, content: VersionContent, contentHash: [UInt8], correction: Int32 = 0,
    isBreaking: Bool = false, replacement: VersionNumber? = nil, testEvidence: String = "", createdBy: String,
    moments: VersionMoments, approvals: [Approval] = []
  ) {
    self.number = number
    self.status = status
    self.content = content
    self.contentHash = contentHash
    self.correction = correction
    self.isBreaking = isBreaking
    self.replacement = replacement
    self.testEvidence = testEvidence
    self.createdBy = createdBy
    self.moments = moments
    self.approvals = approvals
  }
}

/// When a version came into its states; nil for what has not happened.
public struct VersionMoments: Equatable, Sendable {
  public var created: Instant
  public var activated: Instant?
  public var deprecated: Instant?
  public var plannedSunset: Instant?
  public var sunset: Instant?
  public var retired: Instant?

  public init(
    created: Instant, activated: Instant? = nil, deprecated: Instant? = nil, plannedSunset: Instant? = nil, sunset: Instant? = nil,
    retired: Instant? = nil
  ) {
    self.created = created
    self.activated = activated
    self.deprecated = deprecated
    self.plannedSunset = plannedSunset
    self.sunset = sunset
    self.retired = retired
  }
}
