/// What mandatory initiatives drag in with them (what they need, and their bundles), against exclusions, caps and the capacity.
struct ForcedWork {
  /// Steps of a chain that a message spells out.
  static let longestChain = 6

  private struct Link {
    /// The mandatory initiative that the chain begins with.
    var root: Int
    /// The initiative that dragged this one in, and by which rule; nil for the mandatory one itself.
    var from: Int?
    var verb: String
    var source: SourceCell
  }

  private(set) var found: [Contradiction] = []
  private let context: CheckContext
  private var links: [Int: Link] = [:]
  /// In the order reached.
  private var forced: [Int] = []

  init(_ context: CheckContext) {
    self.context = context
    drag()
    guard !forced.isEmpty else { return }
    checkExclusions()
    checkPairs()
    checkCapacity()
    checkCaps(context.book.tokenBounds, unit: "token", code: "mandatory_over_cap") {
      context.index.initiatives[$0].candidate.fewestTokens
    }
    checkCaps(context.book.countBounds, unit: "initiative", code: "mandatory_over_max_selected") { _ in 1 }
  }

  private mutating func drag() {
    var bundlesOf: [Int: [Int]] = [:]
    for (place, bundle) in context.book.bundles.enumerated() {
      for member in bundle.members { bundlesOf[member, default: []].append(place) }
    }
    for mark in context.book.mandatory {
      reach(mark.initiative, Link(root: mark.initiative, from: nil, verb: "is mandatory", source: mark.source))
    }
    var opened: Set<Int> = []
    var head = 0
    while head < forced.count {
      let node = forced[head]
      head += 1
      let root = links[node]?.root ?? node
      for need in context.book.graph.needs[node] {
        reach(need.initiative, Link(root: root, from: node, verb: "needs", source: need.source))
      }
      for place in bundlesOf[node] ?? [] where opened.insert(place).inserted {
        let bundle = context.book.bundles[place]
        for member in bundle.members {
          reach(member, Link(root: root, from: node, verb: "is bundled with", source: bundle.source))
        }
      }
    }
  }

  private mutating func reach(_ initiative: Int, _ link: Link) {
    guard links[initiative] == nil else { return }
    links[initiative] = link
    forced.append(initiative)
  }

  private func rootCell(_ initiative: Int) -> SourceCell? {
    links[initiative].flatMap { links[$0.root]?.source }
  }

  /// The cells of the chain's ends; all of them when it is short.
  private func cells(_ initiative: Int) -> [SourceCell] {
    chain(initiative).compactMap { links[$0]?.source } + (rootCell(initiative).map { [$0] } ?? [])
  }

  /// The last steps of the chain that ends with the initiative.
  private func chain(_ initiative: Int) -> [Int] {
    var steps = [initiative]
    while steps.count <= Self.longestChain, let previous = links[steps[steps.count - 1]]?.from { steps.append(previous) }
    return steps.reversed()
  }

  /// `A is mandatory (Constraints row 4) and needs B (Constraints row 7)`.
  private func story(_ initiative: Int) -> String {
    let steps = chain(initiative)
    guard let first = links[steps[0]], let root = links[first.root] else { return "" }
    var text = "\(context.index.key(first.root)) is mandatory (\(root.source))"
    if first.from != nil { text += " and drags in \(context.index.key(steps[0]))" }
    for step in steps.dropFirst() {
      guard let link = links[step] else { continue }
      text += (step == steps[1] ? " and " : ", which ") + "\(link.verb) \(context.index.key(step)) (\(link.source))"
    }
    return text
  }

  private mutating func checkExclusions() {
    for mark in context.book.excluded where links[mark.initiative] != nil {
      let isDirect = links[mark.initiative]?.from == nil
      found.append(
        Contradiction(
          weight: .impossible, code: "mandatory_excluded", cells: cells(mark.initiative) + [mark.source],
          message: story(mark.initiative)
            + ", but \(isDirect ? "it" : context.index.key(mark.initiative)) is out: \(mark.reason) (\(mark.source))"))
    }
  }

  private mutating func checkPairs() {
    for pair in context.book.pairs where links[pair.one] != nil && links[pair.other] != nil {
      found.append(
        Contradiction(
          weight: .impossible, code: "mandatory_pair", cells: cells(pair.one) + cells(pair.other) + [pair.source],
          message: "\(story(pair.one)), and \(story(pair.other)), but not both may be selected (\(pair.source))"))
    }
  }

  /// `INIT-000017 and INIT-000081`, with what they drag in counted.
  private func names(_ initiatives: [Int]) -> String {
    let roots = Set(initiatives.compactMap { links[$0]?.root }).sorted()
    let dragged = initiatives.count { links[$0]?.from != nil }
    let names = "mandatory \(listed(roots.map { context.index.key($0) }))"
    return dragged == 0 ? names : names + " with \(counted(dragged, "initiative")) dragged in"
  }

  private mutating func checkCapacity() {
    let tokens = forced.reduce(0) { $0 + context.index.initiatives[$1].candidate.fewestTokens }
    guard tokens > context.capacity else { return }
    found.append(
      Contradiction(
        weight: .impossible, code: "mandatory_over_capacity", cells: Set(forced.compactMap(rootCell)).sorted(),
        message:
          "\(names(forced.sorted())): \(tokens) tokens, \(tokens - context.capacity) over the capacity of \(context.capacity) (\(context.capacityPlace))"
      ))
  }

  private mutating func checkCaps(_ bounds: [RuleBook.Bound], unit: String, code: String, amount: (Int) -> Int) {
    let caps = Dictionary(bounds.filter { $0.side == .atMost }.map { ($0.member, $0) }, uniquingKeysWith: { first, _ in first })
    guard !caps.isEmpty else { return }
    var sums: [DimensionMember: (amount: Int, initiatives: [Int])] = [:]
    for initiative in forced {
      for member in context.index.memberships[initiative] where caps[member] != nil {
        sums[member, default: (0, [])].amount += amount(initiative)
        sums[member, default: (0, [])].initiatives.append(initiative)
      }
    }
    for (member, sum) in sums.sorted(by: { $0.key < $1.key }) {
      // A cap on the whole portfolio's tokens is the capacity, which is checked above.
      guard let cap = caps[member], sum.amount > cap.amount, !(member == .all && unit == "token") else { continue }
      found.append(
        Contradiction(
          weight: .impossible, code: code, cells: [cap.source] + Set(sum.initiatives.compactMap(rootCell)).sorted(),
          message:
            "\(names(sum.initiatives.sorted())): \(counted(sum.amount, unit)) of \(member), \(sum.amount - cap.amount) over its cap of \(cap.amount) (\(cap.source))"
        ))
    }
  }
}
