/// Why no version is answered.
public enum ResolveRefusal: Error, Equatable, Sendable {
  case purposeNotSet
  case unknownMetric
  case unknownVersion(VersionNumber)
  /// None was asked for, and there is none to fall back on.
  case noCurrentVersion
  case draft(VersionNumber)
  case sunsetForNewDashboard(VersionNumber)
  case retired(VersionNumber)
}

/// What a refusal needs to know of a metric to say what would be right.
public struct VersionOutline: Equatable, Sendable {
  public var number: VersionNumber
  public var status: VersionStatus
  public var replacement: VersionNumber?

  public init(number: VersionNumber, status: VersionStatus, replacement: VersionNumber? = nil) {
    self.number = number
    self.status = status
    self.replacement = replacement
  }
}

extension ResolveRefusal {
  /// The refusal in words, with what would be right.
  ///
  /// - Parameters:
  ///   - metric: the key as it was asked for.
  ///   - nearest: a key that there is, when the metric is unknown.
  public func refusal(
    metric: String, versions: [VersionOutline] = [], current: VersionNumber? = nil, nearest: String? = nil
  ) -> Refusal {
    switch self {
    case .purposeNotSet:
      return Refusal(
        .invalid, "PURPOSE_NOT_SET", field: "purpose",
        "purpose is not set; send RESOLVE_PURPOSE_NEW_DASHBOARD, RESOLVE_PURPOSE_EXISTING_DASHBOARD or RESOLVE_PURPOSE_AD_HOC_QUERY."
      )
    case .unknownMetric:
      let mend = nearest.map { " Did you mean \"\($0)\"?" } ?? ""
      return Refusal(.notFound, "METRIC_UNKNOWN", field: "metric_key", "There is no metric \"\(metric)\".\(mend)")
    case .unknownVersion(let version):
      let known = versions.map { "\($0.number) (\($0.status.rawValue))" }.joined(separator: ", ")
      let mend = known.isEmpty ? "It has none yet." : "It has \(known)."
      return Refusal(.notFound, "VERSION_UNKNOWN", field: "version", "The metric \(metric) has no version \(version). \(mend)")
    case .noCurrentVersion:
      let usable = versions.filter(\.status.isQueryable).map(\.number.description).joined(separator: ", ")
      let mend = usable.isEmpty ? "none of its versions is active yet." : "name one of \(usable)."
      return Refusal(
        .precondition, "NO_CURRENT_VERSION", "The metric \(metric) has no current version, and the request names none: \(mend)")
    case .draft(let version):
      return Refusal(
        .precondition, "VERSION_IS_DRAFT",
        "\(metric)@\(version) is a draft, which nothing can be asked of before it is approved and activated.\(instead(current))")
    case .sunsetForNewDashboard(let version):
      let successor = Self.successor(of: version, among: versions) ?? current
      return Refusal(
        .precondition, "VERSION_IS_SUNSET",
        "\(metric)@\(version) is sunset: dashboards that have it keep it, new ones cannot get it.\(instead(successor))")
    case .retired(let version):
      let replacement = versions.first { $0.number == version }?.replacement
      let mend = replacement.map { " It was replaced by \($0)." } ?? ""
      let successor = Self.successor(of: version, among: versions) ?? current
      return Refusal(
        .precondition, "VERSION_IS_RETIRED",
        "\(metric)@\(version) is retired and answers no more queries.\(mend)\(instead(successor))")
    }
  }

  private func instead(_ version: VersionNumber?) -> String { version.map { " Use \($0)." } ?? "" }

  /// The first along the chain of replacements that can be queried. A chain that leads back to itself leads nowhere.
  private static func successor(of version: VersionNumber, among versions: [VersionOutline]) -> VersionNumber? {
    var seen: Set<VersionNumber> = [version]
    var next = versions.first { $0.number == version }?.replacement
    while let number = next, seen.insert(number).inserted, let outline = versions.first(where: { $0.number == number }) {
      if outline.status.takesNewDashboards { return number }
      next = outline.replacement
    }
    return nil
  }
}
