/// What a dashboard is to show its readers about the version that it is pinned to.
public struct PinBanner: Equatable, Sendable {
  public enum Code: String, CaseIterable, Sendable {
    case deprecated, sunset, retired
    case rolledBack = "rolled_back"
  }

  public var metric: MetricKey
  public var version: VersionNumber
  public var status: VersionStatus
  public var code: Code
  /// A sentence or two.
  public var message: String
  /// Nil when the moment is past or not set.
  public var plannedSunset: Instant?
  public var replacement: VersionNumber?
  /// Of what it is to move to.
  public var migrationGuide: String

  /// Nil for a version that nobody has to be warned of. Until it is retired or rolled back, a dashboard's readers are told what its queries
  /// are told.
  public init?(of pin: Pin, metric: Metric) {
    guard let version = metric.version(pin.version) else { return nil }
    let name = "\(metric.key)@\(version.number)"
    let mend = version.replacement.map { " Move to \($0)." } ?? ""
    migrationGuide = version.replacement.flatMap { metric.version($0)?.content.migrationGuide } ?? ""
    let warning = ResolveWarning(
      metric: metric.key.text, version: version.number, status: version.status, plannedSunset: version.moments.plannedSunset,
      sunset: version.moments.sunset, replacement: version.replacement, migrationGuide: migrationGuide)
    if version.status == .retired {
      code = .retired
      message = "\(name) is retired and no longer answered.\(mend)"
    } else if let warning, let ending = Code(rawValue: warning.code) {
      let wasRolledBack = metric.wasRolledBack(version.number)
      code = wasRolledBack ? .rolledBack : ending
      message = wasRolledBack ? "\(name) was rolled back: its numbers may be wrong.\(mend)" : warning.message
    } else {
      return nil
    }
    self.metric = metric.key
    self.version = version.number
    status = version.status
    replacement = version.replacement
    plannedSunset = version.status == .deprecated ? version.moments.plannedSunset : nil
  }
}

extension Metric {
  /// Whether the version was current once and was left for one that had been current before it.
  func wasRolledBack(_ number: VersionNumber) -> Bool {
    guard let last = currentHistory.lastIndex(of: number), last + 1 < currentHistory.count else { return false }
    return currentHistory[..<last].contains(currentHistory[last + 1])
  }
}
