/// The version that a dashboard reads a metric in. It never moves by itself.
public struct Pin: Equatable, Sendable {
  public var tenant: String
  public var dashboard: String
  public var metric: MetricKey
  public var version: VersionNumber
  /// Who is told when something happens to the version.
  public var owner: String
  public var pinnedBy: String
  public var pinnedAt: Instant

  public init(
    tenant: String, dashboard: String, metric: MetricKey, version: VersionNumber, owner: String, pinnedBy: String, pinnedAt: Instant
  ) {
    self.tenant = tenant
    self.dashboard = dashboard
    self.metric = metric
    self.version = version
    self.owner = owner
    self.pinnedBy = pinnedBy
    self.pinnedAt = pinnedAt
  }
}
