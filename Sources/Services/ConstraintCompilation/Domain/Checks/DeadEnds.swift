/// What was typed and can never come to pass: a bundle with an excluded member, an initiative that needs one that is out, or two
/// that exclude each other.
struct DeadEnds {
  /// Initiatives that a chain of prerequisites is followed to; a longer one is left to the solver.
  static let longestReach = 256

  private(set) var found: [Contradiction] = []
  private let context: CheckContext
  private let marks: [Int: RuleBook.Mark]
  /// Of each initiative those that it excludes.
  private var partners: [[(initiative: Int, source: SourceCell)]]
  /// Steps that may still be made: a multiple of the rules, so that the whole stays linear.
  private var stepsLeft: Int

  init(_ context: CheckContext) {
    self.context = context
    let book = context.book
    marks = Dictionary(book.excluded.map { ($0.initiative, $0) }, uniquingKeysWith: { first, _ in first })
    partners = Array(repeating: [], count: context.index.count)
    for pair in book.pairs {
      partners[pair.one].append((pair.other, pair.source))
      partners[pair.other].append((pair.one, pair.source))
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
            message:
              "bundle \(bundle.key) (\(bundle.source)) goes whole or not at all, but \(listed(out.map(key))) is out: \(mark.reason) "
              + "(\(mark.source)); exclude the bundle, or take that rule out"))
      }
      let members = Set(bundle.members)
      for member in bundle.members {
        for partner in partners[member] where partner.initiative > member && members.contains(partner.initiative) {
          found.append(
            Contradiction(
              weight: .deadEnd, code: "exclusion_in_bundle", cells: [bundle.source, partner.source],
              message:
                "bundle \(bundle.key) (\(bundle.source)) holds \(key(member)) and \(key(partner.initiative)), of which not both may be "
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
            message:
              "\(key(initiative)) needs \(key(need.initiative)) (\(need.source)), which is out: \(mark.reason) (\(mark.source)); "
              + "\(key(initiative)) can never be selected"))
      }
    }
  }

  /// Follows what each initiative needs, and looks for two that exclude each other among it.
  private mutating func checkChains() {
    let needs = context.book.graph.needs
    var told: Set<[Int]> = []
    // The walk that reached an initiative last, and the need by which it did.
    var walk = Array(repeating: -1, count: needs.count)
    var via = Array(repeating: (from: 0, place: 0), count: needs.count)
    for start in needs.indices where !needs[start].isEmpty && stepsLeft > 0 {
      var reached = [start]
      walk[start] = start
      var head = 0
      while head < reached.count, reached.count < Self.longestReach {
        let from = reached[head]
        for place in needs[from].indices where walk[needs[from][place].initiative] != start {
          let next = needs[from][place].initiative
          walk[next] = start
          via[next] = (from, place)
          reached.append(next)
        }
        head += 1
      }
      stepsLeft -= reached.count
      for one in reached where !partners[one].isEmpty {
        stepsLeft -= partners[one].count
        for partner in partners[one] where partner.initiative > one && walk[partner.initiative] == start && stepsLeft > 0 {
          // The first chain tells it; what builds on it would only repeat it.
          guard told.insert([one, partner.initiative]).inserted else { continue }
          let needed = [one, partner.initiative].filter { $0 != start }
          let sources = needed.map { needs[via[$0].from][via[$0].place].source }
          add(start, one, partner.initiative, pair: partner.source, needed: needed, sources: sources)
        }
      }
    }
  }

  private mutating func add(
    _ start: Int, _ one: Int, _ other: Int, pair: SourceCell, needed: [Int], sources: [SourceCell]
  ) {
    found.append(
      Contradiction(
        weight: .deadEnd, code: "exclusion_along_prerequisites", cells: [pair] + sources,
        message: "\(key(start)) needs \(listed(needed.map(key))) (\(listed(sources))), but not both \(key(one)) and "
          + "\(key(other)) may be selected (\(pair)); \(key(start)) can never be"))
  }
}
