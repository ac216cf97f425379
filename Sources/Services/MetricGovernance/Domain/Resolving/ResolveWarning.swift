/// What an answer says beside the version when that is to go.
public struct ResolveWarning: Equatable, Sendable {
  /// "deprecated" or "sunset".
  public var code: String
  /// A sentence or two.
  public var message: String
  public var plannedSunset: Instant?
  public var replacement: VersionNumber?
  public var migrationGuide: String

  /// Nil for a version that nobody has to be warned of.
  public init?(
    metric: String, version: VersionNumber, status: VersionStatus, plannedSunset: Instant?, sunset: Instant?,
    replacement: VersionNumber?, migrationGuide: String
  ) {
    let mend = replacement.map { " Move to \($0)." } ?? ""
    switch status {
    case .deprecated:
      let date = plannedSunset.map { " and is planned to sunset on \($0.date)" } ?? ""
      message = "\(metric)@\(version) is deprecated\(date).\(mend)"
    case .sunset:
      let date = sunset.map { " since \($0.date)" } ?? ""
      message = "\(metric)@\(version) is sunset\(date): only dashboards that have it still get it, until it is retired.\(mend)"
    case .draft, .active, .retired: return nil
    }
    code = status.rawValue
    self.plannedSunset = plannedSunset
    self.replacement = replacement
    self.migrationGuide = migrationGuide
  }
}
