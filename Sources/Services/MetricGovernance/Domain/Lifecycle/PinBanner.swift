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

  /// Nil for a version that nobody has to be warned of.
  public init?(of pin: Pin, metric: Metric) {
    guard let version = metric.version(pin.version), version.status.warns || version.status == .retired else { return nil }
    self.metric = metric.key
    self.version = version.number
    status = version.status
    replacement = version.replacement
    migrationGuide = version.replacement.flatMap { metric.version($0)?.content.migrationGuide } ?? ""
    plannedSunset = version.status == .deprecated ? version.moments.plannedSunset : nil
    let name = "\(metric.key)@\(version.number)"
    let mend = version.replacement.map { " Move to \($0)." } ?? ""
    switch version.status {
    case .retired:
      code = .retired
      message = "\(name) is retired and no longer answered.\(mend)"
    case _ where metric.wasRolledBack(version.number):
      code = .rolledBack
      message = "\(name) was rolled back: its numbers may be wrong.\(mend)"
    case .sunset:
      code = .sunset
      message = "\(name) is sunset: it is answered until it is retired.\(mend)"
    default:
      code = .deprecated
      message =
        "\(name) is deprecated\(version.moments.plannedSunset.map { " and will be sunset from \($0.utc) on" } ?? "").\(mend)"
    }
  }
}

extension Metric {
  /// Whether the version was current once and was left for one that had been current before it.
  func wasRolledBack(_ number: VersionNumber) -> Bool {
    guard let last = currentHistory.lastIndex(of: number), last + 1 < currentHistory.count else { return false }
    return currentHistory[..<last].contains(currentHistory[last + 1])
  }
}
