/// What was typed and can never come to pass: a bundle with an excluded member, an initiative that needs one that is out, or two
/// that exclude each other.
struct DeadEnds {
  /// Initiatives that a chain of prerequisites is followed to; a longer one is left to the solver.
  static let longestReach = 256

  private(set) var found: [Contradiction] = []
  private let context: CheckContext
  private let marks: [Int: RuleBook.Mark]
  private var partners: [Int: [(initiative: Int, source: SourceCell)]] = [:]
  /// Steps that may still be made: a multiple of the rules, so that the whole stays linear.
  private var stepsLeft: Int

  init(_ context: CheckContext) {
    self.context = context
    let book = context.book
    marks = Dictionary(book.excluded.map { ($0.initiative, $0) }, uniquingKeysWith: { first, _ in first })
    for pair in book.pairs {
      partners[pair.one, default: []].append((pair.other, pair.source))
      partners[pair.other, default: []].append((pair.one, pair.source))
    }
    stepsLeft = 64 * (context.index.count + book.pairs.count + 1000)
    checkBundles()
    checkNeeds()
    if !book.pairs.isEmpty { checkChains() }
  }

  private func key(_ initiative: Int) -> String { context.index.key(initiative) }

  private mutating func checkBundles() {
    for bundle in context.book.bundles {
      let out = bundle.members.filter { marks[$0] != nil }
      if !out.isEmpty, out.count < bundle.members.count, let mark = marks[out[0]] {
        found.append(
          Contradiction(
            weight: .deadEnd, code: "bundle_half_excluded", cells: [bundle.source] + out.compactMap { marks[$0]?.source },
            message: "bundle \(bundle.key) (\(bundle.source)) goes whole or not at all, but \(listed(out.map(key))) is out: \(mark.reason) "
              + "(\(mark.source)); exclude the bundle, or take that rule out"))
      }
      let members = Set(bundle.members)
      for member in bundle.members {
        for partner in partners[member] ?? [] where partner.initiative > member && members.contains(partner.initiative) {
          found.append(
            Contradiction(
              weight: .deadEnd, code: "exclusion_in_bundle", cells: [bundle.source, partner.source],
              message: "bundle \(bundle.key) (\(bundle.source)) holds \(key(member)) and \(key(partner.initiative)), of which not both may be "
                + "selected (\(partner.source)); none of the bundle can ever be"))
        }
      }
    }
  }

  private mutating func checkNeeds() {
    for (initiative, needs) in context.book.graph.needs.enumerated() where !context.book.isExcluded[initiative] {
      for need in needs {
        guard let mark = marks[need.initiative] else { continue }
        found.append(
          Contradiction(
            weight: .deadEnd, code: "prerequisite_excluded", cells: [need.source, mark.source],
            message: "\(key(initiative)) needs \(key(need.initiative)) (\(need.source)), which is out: \(mark.reason) (\(mark.source)); "
              + "\(key(initiative)) can never be selected"))
      }
    }
  }

  /// Follows what each initiative needs, and looks for two that exclude each other among it.
  private mutating func checkChains() {
    var told: Set<[Int]> = []
    for start in context.book.graph.needs.indices where !context.book.graph.needs[start].isEmpty && stepsLeft > 0 {
      var sources: [Int: SourceCell] = [:]
      var reached = [start]
      var seen: Set<Int> = [start]
      var head = 0
      while head < reached.count, reached.count < Self.longestReach {
        for need in context.book.graph.needs[reached[head]] where seen.insert(need.initiative).inserted {
          reached.append(need.initiative)
          sources[need.initiative] = need.source
        }
        head += 1
      }
      stepsLeft -= reached.count
      for one in reached.sorted() {
        let candidates = partners[one] ?? []
        stepsLeft -= candidates.count
        for partner in candidates where partner.initiative > one && seen.contains(partner.initiative) && stepsLeft > 0 {
          // The shortest chain tells it; what builds on it would only repeat it.
          guard told.insert([one, partner.initiative]).inserted else { continue }
          add(start, one, partner.initiative, pair: partner.source, sources: sources)
        }
      }
    }
  }

  private mutating func add(_ start: Int, _ one: Int, _ other: Int, pair: SourceCell, sources: [Int: SourceCell]) {
    let needed = [one, other].filter { $0 != start }
    let cells = [pair] + needed.compactMap { sources[$0] }
    found.append(
      Contradiction(
        weight: .deadEnd, code: "exclusion_along_prerequisites", cells: cells,
        message: "\(key(start)) needs \(listed(needed.map(key))) (\(listed(cells.dropFirst().map { $0 }))), but not both \(key(one)) and "
          + "\(key(other)) may be selected (\(pair)); \(key(start)) can never be"))
  }
}
