/// Which version of a metric is to be used, and whether it may be: the page's lifecycle table as a value. It allocates nothing when the
/// answer is yes, since every query of every dashboard asks.
public struct Resolution: Equatable, Sendable {
  public var version: VersionNumber
  public var status: VersionStatus
  /// Whether the dashboard's pin decided, not the request and not the metric's current version.
  public var isFromPin: Bool

  public init(version: VersionNumber, status: VersionStatus, isFromPin: Bool) {
    self.version = version
    self.status = status
    self.isFromPin = isFromPin
  }

  /// Whether the answer carries a warning and is counted as use of what is to go.
  public var warns: Bool { status.warns }

  /// Decides.
  ///
  /// - Parameters:
  ///   - asked: the version that the request names; nil when it leaves the choice.
  ///   - pin: the version that the dashboard is pinned to.
  ///   - current: what new dashboards get.
  ///   - status: the state of a version; nil when there is no such version.
  /// - Throws: why not, for ``ResolveRefusal/refusal(metric:versions:)`` to put into words.
  public static func resolve(
    asked: VersionNumber?, pin: VersionNumber?, current: VersionNumber?, purpose: ResolvePurpose,
    status: (VersionNumber) -> VersionStatus?
  ) throws(ResolveRefusal) -> Resolution {
    guard let version = asked ?? pin ?? current else { throw .noCurrentVersion }
    guard let state = status(version) else { throw .unknownVersion(version) }
    switch state {
    case .draft: throw .draft(version)
    case .retired: throw .retired(version)
    case .sunset where purpose == .newDashboard: throw .sunsetForNewDashboard(version)
    case .active, .deprecated, .sunset:
      return Resolution(version: version, status: state, isFromPin: asked == nil && pin != nil)
    }
  }
}
