/// What the audit trail calls what happened: the seed's nine, and those that its table left out (requirement R46).
public enum GovernanceEvent: String, CaseIterable, Sendable {
  case versionCreated = "metric.version_created"
  case versionStatusChanged = "metric.version_status_changed"
  case approvalRequested = "metric.version_approval_requested"
  case approvalGranted = "metric.version_approval_granted"
  case approvalRejected = "metric.version_approval_rejected"
  case sunsetScheduled = "metric.version_sunset_scheduled"
  case dashboardPinned = "metric.dashboard_version_pinned"
  case deprecatedQueryLogged = "metric.deprecated_query_logged"
  case rollbackExecuted = "metric.rollback_executed"
  case definitionCorrected = "metric.definition_corrected"
  case dashboardMigrated = "metric.dashboard_version_migrated"
  case dashboardUnpinned = "metric.dashboard_version_unpinned"
  case draftUpdated = "metric.draft_updated"
  case metricUpdated = "metric.metadata_updated"
  case currentVersionChanged = "metric.current_version_changed"
  case sunsetExpedited = "metric.sunset_expedited"
  case retirementForced = "metric.retirement_forced"
  case notificationSent = "metric.notification_sent"
  case configChanged = "metrics_config.changed"

  public enum Severity: String, CaseIterable, Comparable, Sendable {
    case low, medium, high, critical

    public static func < (one: Severity, other: Severity) -> Bool {
      allCases.firstIndex(of: one)! < allCases.firstIndex(of: other)!
    }
  }

  public var severity: Severity {
    switch self {
    case .deprecatedQueryLogged, .notificationSent: .low
    case .versionCreated, .approvalRequested, .dashboardPinned, .dashboardMigrated, .dashboardUnpinned, .draftUpdated,
      .metricUpdated:
      .medium
    case .versionStatusChanged, .approvalGranted, .approvalRejected, .sunsetScheduled, .definitionCorrected, .currentVersionChanged,
      .configChanged:
      .high
    case .rollbackExecuted, .sunsetExpedited, .retirementForced: .critical
    }
  }
}

/// One line of the audit trail before it has its place in the chain.
public struct AuditRecord: Equatable, Sendable {
  public var event: GovernanceEvent
  /// "roas@v2", "roas", "tenant/dashboard/roas".
  public var subject: String
  public var metricKey: String
  public var version: String
  public var reason: String
  /// JSON in canonical form (keys sorted, no white space); empty for nothing.
  public var before: String
  public var after: String

  public init(
    event: GovernanceEvent, subject: String, metricKey: String, version: String = "", reason: String, before: String = "",
    after: String = ""
  ) {
    self.event = event
    self.subject = subject
    self.metricKey = metricKey
    self.version = version
    self.reason = reason
    self.before = before
    self.after = after
  }
}

/// Something that somebody has to be told.
public struct Notice: Equatable, Sendable {
  public var event: GovernanceEvent
  public var metricKey: String
  public var recipient: String
  /// A sentence or two.
  public var message: String
  public var version: String

  public init(event: GovernanceEvent, metricKey: String, version: String = "", recipient: String, message: String) {
    self.event = event
    self.metricKey = metricKey
    self.version = version
    self.recipient = recipient
    self.message = message
  }
}
