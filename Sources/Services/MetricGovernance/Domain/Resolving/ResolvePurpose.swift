/// What a version is asked for.
public enum ResolvePurpose: Sendable, CaseIterable {
  /// A dashboard that is being made.
  case newDashboard
  /// A dashboard that is there.
  case existingDashboard
  case adHocQuery

  public var isForDashboard: Bool { self != .adHocQuery }
}
