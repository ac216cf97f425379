extension Problem {
  /// The same problem with every list in one order, whatever order its rows came in. Lexicographic levels keep theirs: it has meaning.
  ///
  /// What a rule says sorts before where it stands, so that moving rows about in a sheet does not change how the problem is solved.
  public func canonical() -> Problem {
    var sorted = self
    if objective.mode != .lexicographic { sorted.objective.terms.sort { $0.kpiKey < $1.kpiKey } }
    sorted.kpis.sort { $0.key < $1.key }
    for index in sorted.candidates.indices {
      sorted.candidates[index].contributions.sort { ($0.kpiKey, $0.value) < ($1.kpiKey, $1.value) }
      sorted.candidates[index].smaller?.contributions.sort { ($0.kpiKey, $0.value) < ($1.kpiKey, $1.value) }
    }
    sorted.candidates.sort { $0.key < $1.key }
    sorted.tokenBounds.sort(by: \.order, then: \.source)
    sorted.countBounds.sort(by: \.order, then: \.source)
    sorted.mandatory.sort(by: { [.text($0.key), .text($0.reason)] }, then: \.source)
    sorted.excluded.sort(by: { [.text($0.key), .text($0.reason)] }, then: \.source)
    sorted.excludedPairs = excludedPairs.map { $0.first < $0.second ? $0 : ExcludedPair($0.second, $0.first, source: $0.source) }
    sorted.excludedPairs.sort(by: { [.text($0.first), .text($0.second)] }, then: \.source)
    for index in sorted.bundles.indices { sorted.bundles[index].members.sort() }
    sorted.bundles.sort(by: { [.text($0.key)] + $0.members.map(SortPart.text) }, then: \.source)
    for index in sorted.prerequisites.indices { sorted.prerequisites[index].requires.sort() }
    sorted.prerequisites.sort(by: { [.text($0.key)] + $0.requires.map(SortPart.text) }, then: \.source)
    for index in sorted.synergies.indices { sorted.synergies[index].members.sort() }
    sorted.synergies.sort(by: { [.text($0.kpiKey), .real($0.bonus)] + $0.members.map(SortPart.text) }, then: \.source)
    sorted.targets.sort(by: \.order, then: \.source)
    return sorted
  }
}

private enum SortPart: Comparable {
  case whole(Int64)
  case real(Double)
  case text(String)
}

extension Array {
  fileprivate mutating func sort(by order: (Element) -> [SortPart], then source: (Element) -> Cell?) {
    let keyed = map { element in
      (order: order(element) + (source(element)?.order ?? []), element: element)
    }
    self = keyed.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.element)
  }
}

extension Problem.Bound {
  fileprivate var order: [SortPart] {
    [.whole(Int64(member.dimension.rawValue)), .text(member.key), .whole(Int64(kind.rawValue)), .whole(limit)]
  }
}

extension Problem.Target {
  fileprivate var order: [SortPart] {
    [
      .text(kpiKey), .whole(Int64(member.dimension.rawValue)), .text(member.key), .whole(Int64(kind.rawValue)), .real(value),
      .real(baseline),
    ]
  }
}

extension Cell {
  fileprivate var order: [SortPart] { [.text(tab), .whole(Int64(row)), .text(column)] }
}
