/// Where a version is in its life.
public enum VersionStatus: String, CaseIterable, Sendable {
  case draft, active, deprecated, sunset, retired

  /// Whether queries are answered.
  public var isQueryable: Bool { self == .active || self == .deprecated || self == .sunset }
  /// Whether a new dashboard may be pinned to it.
  public var takesNewDashboards: Bool { self == .active || self == .deprecated }
  /// Whether answers carry a warning and use is counted.
  public var warns: Bool { self == .deprecated || self == .sunset }
  /// Past its active life.
  var isEnding: Bool { warns || self == .retired }
}
