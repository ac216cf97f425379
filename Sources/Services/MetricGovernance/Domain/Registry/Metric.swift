/// A governed metric with all its versions: what the rules of its life are about.
public struct Metric: Equatable, Sendable {
  public var key: MetricKey
  public var facts: MetricFacts
  /// What new dashboards get; always an active version, nil before the first was made it.
  public var current: VersionNumber?
  /// The registry's revision at the last change.
  public var revision: Int64
  /// In the order of their numbers.
  public var versions: [MetricVersion]
  /// The versions that were current, one after the other, the newest last, `current` included.
  public var currentHistory: [VersionNumber]

  public init(
    key: MetricKey, facts: MetricFacts, current: VersionNumber? = nil, revision: Int64 = 0, versions: [MetricVersion] = [],
    currentHistory: [VersionNumber] = []
  ) {
    self.key = key
    self.facts = facts
    self.current = current
    self.revision = revision
    self.versions = versions
    self.currentHistory = currentHistory
  }

  /// Nil when there is no such version.
  public func version(_ number: VersionNumber) -> MetricVersion? { place(of: number).map { versions[$0] } }

  /// Where a version is among `versions`.
  func place(of number: VersionNumber) -> Int? {
    // Numbers are given one after the other: the place is known in nearly every case, and a metric may have a thousand of them.
    let place = Int(number.number) - 1
    if versions.indices.contains(place), versions[place].number == number { return place }
    return versions.firstIndex { $0.number == number }
  }
}

/// What people call a metric.
public struct MetricFacts: Hashable, Sendable {
  public var displayName: String
  public var description: String
  /// A person or team; told of what happens to the metric.
  public var owner: String
  public var unit: String

  public init(displayName: String, description: String, owner: String = "", unit: String = "") {
    self.displayName = displayName
    self.description = description
    self.owner = owner
    self.unit = unit
  }
}
