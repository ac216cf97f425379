/// What may happen to a dashboard's pin. Nothing else than these moves one.
public enum PinCommand: Equatable, Sendable {
  /// Nil for the current version; an empty owner is whoever pins.
  case pin(VersionNumber?, owner: String)
  case unpin(expected: VersionNumber)
  case migrate(from: VersionNumber, to: VersionNumber)
}

/// Which dashboard's pin on which metric.
public struct PinPlace: Hashable, Sendable {
  public var tenant: String
  public var dashboard: String
  public var metric: MetricKey

  public init(tenant: String, dashboard: String, metric: MetricKey) {
    self.tenant = tenant
    self.dashboard = dashboard
    self.metric = metric
  }

  /// As the audit trail names it.
  public var subject: String { "\(tenant)/\(dashboard)/\(metric)" }
}

/// What a command makes of a pin.
public struct PinOutcome: Equatable, Sendable {
  /// Nil when it was removed.
  public var pin: Pin?
  public var record: AuditRecord
}

public enum PinRules {
  /// - Parameters:
  ///   - pin: as it is; nil when the dashboard has none on the metric.
  ///   - metric: nil when there is none of that key.
  public static func decide(
    _ command: PinCommand, at place: PinPlace, pin: Pin?, metric: Metric?, _ occasion: Occasion
  ) throws(Refusal) -> PinOutcome {
    try Authority.user.check(occasion.principal, to: "change pins")
    try TextRules.check(place.tenant, "tenant_id", .needed, longest: TextLimit.tenant)
    try TextRules.check(place.dashboard, "dashboard_id", .needed, longest: TextLimit.dashboard)
    try TextRules.check(occasion.reason, "reason", .needed, longest: TextLimit.reason)
    guard let metric else {
      throw Refusal(.notFound, "METRIC_NOT_FOUND", field: "metric_key", "There is no metric \"\(place.metric)\".")
    }
    switch command {
    case .pin(let wanted, let owner):
      try TextRules.check(owner, "owner", .optional, longest: TextLimit.owner)
      return try set(wanted, owner: owner, at: place, pin, metric, occasion)
    case .unpin(let expected):
      let pin = try existing(pin, at: place, on: expected, field: "expected_version")
      return PinOutcome(pin: nil, record: record(.dashboardUnpinned, place, pin.version, occasion, before: pin, after: nil))
    case .migrate(let from, let to):
      return try migrate(from, to, at: place, pin, metric, occasion)
    }
  }

  private static func set(
    _ wanted: VersionNumber?, owner: String, at place: PinPlace, _ pin: Pin?, _ metric: Metric, _ occasion: Occasion
  ) throws(Refusal) -> PinOutcome {
    if let pin {
      throw Refusal(
        .alreadyExists, "PIN_EXISTS",
        "\(place.subject) is pinned to \(pin.version) already; MigratePin moves it to another version.")
    }
    guard let number = wanted ?? metric.current else {
      throw Refusal(
        .precondition, "NO_CURRENT_VERSION", field: "version",
        "\(metric.key) has no current version; name the version that the dashboard is to read.")
    }
    try checkTakesDashboards(number, metric, field: "version")
    let made = Pin(
      tenant: place.tenant, dashboard: place.dashboard, metric: place.metric, version: number,
      owner: owner.isEmpty ? occasion.principal.uri : owner, pinnedBy: occasion.principal.uri, pinnedAt: occasion.now)
    return PinOutcome(pin: made, record: record(.dashboardPinned, place, number, occasion, before: nil, after: made))
  }

  private static func migrate(
    _ from: VersionNumber, _ to: VersionNumber, at place: PinPlace, _ pin: Pin?, _ metric: Metric, _ occasion: Occasion
  ) throws(Refusal) -> PinOutcome {
    let pin = try existing(pin, at: place, on: from, field: "from_version")
    guard from != to else {
      throw Refusal(.invalid, "SAME_VERSION", field: "to_version", "\(place.subject) is on \(to) already; name another version.")
    }
    try checkTakesDashboards(to, metric, field: "to_version")
    var moved = pin
    moved.version = to
    moved.pinnedBy = occasion.principal.uri
    moved.pinnedAt = occasion.now
    return PinOutcome(pin: moved, record: record(.dashboardMigrated, place, to, occasion, before: pin, after: moved))
  }

  private static func existing(
    _ pin: Pin?, at place: PinPlace, on expected: VersionNumber, field: String
  ) throws(Refusal) -> Pin {
    guard let pin else {
      throw Refusal(.notFound, "PIN_NOT_FOUND", "\(place.subject) is not pinned; PinDashboard pins it.")
    }
    guard pin.version == expected else {
      throw Refusal(
        .aborted, "PIN_MOVED_ON", field: field,
        "\(place.subject) is pinned to \(pin.version), not \(expected): somebody moved it first. Look again, then repeat the call.")
    }
    return pin
  }

  private static func checkTakesDashboards(_ number: VersionNumber, _ metric: Metric, field: String) throws(Refusal) {
    guard let version = metric.version(number) else {
      throw Refusal(.notFound, "VERSION_NOT_FOUND", field: field, "\(metric.key) has no version \(number).")
    }
    guard version.status.takesNewDashboards else {
      let mend = version.replacement ?? metric.current
      throw Refusal(
        .precondition, "VERSION_TAKES_NO_DASHBOARDS", field: field,
        "\(metric.key)@\(number) is \(version.status.rawValue) and takes no new dashboards\(mend.map { "; use \($0)" } ?? "").")
    }
  }

  private static func record(
    _ event: GovernanceEvent, _ place: PinPlace, _ version: VersionNumber, _ occasion: Occasion, before: Pin?, after: Pin?
  ) -> AuditRecord {
    AuditRecord(
      event: event, subject: place.subject, metricKey: place.metric.text, version: version.description, reason: occasion.reason,
      before: before.map { AuditJSON.pin($0).text } ?? "", after: after.map { AuditJSON.pin($0).text } ?? "")
  }
}
