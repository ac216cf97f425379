/// Reads `a -> b -> c`: branches stand on lines of their own, or are separated by `;`, `,` or ` / `. Spreadsheets make other arrows of what is typed:
/// `→`, `⇒`, `-->`, `=>` and `–>` mean the same. Whatever the text, what can be understood of it is a chain, and the rest is told.
/// The work is linear in the text, but for suggestions, of which a book of names gives only so many.
public struct MetricChainParser {
  /// What is told of one chain; more is counted.
  static let mostFindings = 20

  private var names = MetricNames(kpiKeys: [], metricKeys: [])
  private var chain = MetricChain(nodes: [], edges: [])
  private var findings: [ChainFinding] = []
  private var positions: [NormalKey: Int] = [:]
  private var edges: [EdgeEnds: ChainPlace] = [:]
  /// Nodes without an arrow beside them where they stand.
  private var alone: [(node: Int, place: ChainPlace)] = []

  private struct EdgeEnds: Hashable {
    var from: Int
    var to: Int
  }

  /// Nil when the text names no metric.
  public static func parse(_ text: String, names: inout MetricNames) -> (chain: MetricChain?, findings: [ChainFinding]) {
    var parser = MetricChainParser()
    // Handed over and back: a second owner would make each chain copy all that the book has learnt from those before.
    swap(&parser.names, &names)
    defer { swap(&parser.names, &names) }
    for branch in ChainScanner.branches(of: text) { parser.read(branch) }
    parser.findLoneMetrics()
    parser.findCycles()
    let findings = parser.findings.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
    return (parser.chain.nodes.isEmpty ? nil : parser.chain, findings)
  }

  /// Whether every metric that the text names is among the names.
  public static func knowsAll(of text: String, names: MetricNames) -> Bool {
    ChainScanner.branches(of: text).joined().allSatisfy { $0.name.isEmpty || names.spelling(of: $0.name) != nil }
  }

  private init() {}

  private mutating func read(_ branch: [ChainScanner.Step]) {
    var before: Int?
    for (index, step) in branch.enumerated() {
      guard let node = node(step, isFirst: index == 0, isLast: index == branch.count - 1) else {
        before = nil
        continue
      }
      if let before { join(before, node, at: step.place) }
      if branch.count == 1 { alone.append((node, step.place)) }
      before = node
    }
  }

  /// The number of the metric; nil when none stands there.
  private mutating func node(_ step: ChainScanner.Step, isFirst: Bool, isLast: Bool) -> Int? {
    let name = step.name
    if name.isEmpty {
      // Between two arrows, or on one side of the only one; a branch of nothing at all is a blank line.
      if !(isFirst && isLast) {
        let side = isFirst ? "before the first arrow" : isLast ? "after the last arrow" : "between two arrows"
        findings.append(
          ChainFinding(.missingMetric, at: step.place, "nothing stands \(side); name a metric there, or take the arrow out"))
      }
      return nil
    }
    let normal = NormalKey(name)
    if let known = positions[normal] { return known }
    if let fault = Self.fault(of: name) {
      findings.append(ChainFinding(.badMetric, at: step.place, fault))
      return nil
    }
    let spelling = names.spelling(of: name)
    if spelling == nil {
      findings.append(
        ChainFinding(
          .unknownMetric, at: step.place,
          "\"\(name)\" is neither a KPI of Metrics_Config nor a metric of the registry" + names.suggestion(for: name)))
    }
    positions[normal] = chain.nodes.count
    chain.nodes.append(spelling ?? name)
    return chain.nodes.count - 1
  }

  private static func fault(of name: String) -> String? {
    if name.utf8.count > KeyGrammar.longestKey, name.count > KeyGrammar.longestKey {
      return "\"\(name.prefix(20))…\" has \(name.count) characters; a metric's name has at most \(KeyGrammar.longestKey)"
    }
    if let bad = name.first(where: { KeyGrammar.separators.contains($0) }) {
      return "\"\(name)\" holds \"\(bad)\", which no metric's name does; write a chain as a -> b -> c"
    }
    if name.unicodeScalars.contains(where: { $0.value == 0 }) { return "a NUL character stands there; type the name again" }
    // What would be read otherwise between the spaces of " -> " than it was typed: a slash at its edge, or a sign that joins a neighbour.
    let spaced = " \(name) "
    if ChainScanner.branches(of: spaced).count != 1 || spaced.count != name.count + 2 {
      return "\"\(name)\" is no metric's name; write a chain as a -> b -> c"
    }
    return nil
  }

  private mutating func join(_ from: Int, _ to: Int, at place: ChainPlace) {
    let spelt = "\(chain.nodes[from]) -> \(chain.nodes[to])"
    if let first = edges[EdgeEnds(from: from, to: to)] {
      findings.append(ChainFinding(.duplicateEdge, at: place, "\(spelt) stands at \(first) already; take one out"))
      return
    }
    edges[EdgeEnds(from: from, to: to)] = place
    chain.edges.append(MetricChain.Edge(from: chain.nodes[from], to: chain.nodes[to]))
    if from == to { findings.append(ChainFinding(.selfLoop, at: place, "\(spelt) leads to itself; take it out")) }
  }

  private mutating func findLoneMetrics() {
    let joined = Set(edges.keys.flatMap { [$0.from, $0.to] })
    var told: Set<Int> = []
    for (node, place) in alone where !joined.contains(node) && told.insert(node).inserted {
      findings.append(
        ChainFinding(
          .loneMetric, at: place, "no arrow leads to \"\(chain.nodes[node])\" or away from it; write a chain as a -> b -> c"))
    }
  }

  /// Each knot of circles is told once, at the arrow that was typed last of a shortest circle in it.
  private mutating func findCycles() {
    var graph = PrerequisiteGraph(count: chain.nodes.count)
    var places: [ChainPlace] = []
    for edge in chain.edges where NormalKey(edge.from) != NormalKey(edge.to) {
      guard let from = positions[NormalKey(edge.from)], let to = positions[NormalKey(edge.to)],
        let place = edges[EdgeEnds(from: from, to: to)]
      else { continue }
      // The graph wants a cell for each arrow; its row is the arrow's number.
      graph.add(from, needs: to, source: SourceCell(.mathModels, row: places.count))
      places.append(place)
    }
    for knot in graph.knots() {
      let last = knot.circle.map(\.source.row).max() ?? 0
      let members = knot.circle.map { chain.nodes[$0.initiative] }
      let shown = members.count > 8 ? members.prefix(5) + ["…", members[members.count - 1]] : members[...]
      let circle = (shown + [members[0]]).joined(separator: " -> ")
      findings.append(ChainFinding(.cycle, at: places[last], "the chain leads in a circle, \(circle); take one arrow out"))
    }
  }
}
