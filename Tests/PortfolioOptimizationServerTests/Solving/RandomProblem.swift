import PortfolioOptimizationDomain
import SeededNumbers

/// A small random problem in whole numbers, so that the tests can judge it without any of the code under test.
struct RandomProblem {
  /// KPI values are whole numbers of 1 / `scale`.
  static let scale = 10_000

  struct Item {
    var key: String
    var tokens: Int
    var country: Int
    var values: [Int]
    /// What tokens and values are of.
    var form = Problem.Form.whole
    var smaller: (tokens: Int, values: [Int])?

    /// Nil stands for being out.
    var forms: [Problem.Form?] { smaller == nil ? [nil, form] : [nil, form, .smaller] }
  }

  var items: [Item] = []
  var lowerIsBetter: [Bool] = []
  var mode = Problem.Objective.Mode.northStar
  /// (KPI, weight in tenths, normalizer in units of 1 / scale, tolerance in hundredths)
  var terms: [(kpi: Int, weight: Int, normalizer: Int, tolerance: Int)] = []
  var capacity = 0
  var tokenBounds: [(country: Int?, atLeast: Bool, limit: Int)] = []
  var countBounds: [(country: Int?, atLeast: Bool, limit: Int)] = []
  var mandatory: [String] = []
  var excluded: [String] = []
  var pairs: [(String, String)] = []
  var bundles: [[String]] = []
  var prerequisites: [(key: String, requires: [String])] = []
  var synergies: [(members: [String], kpi: Int, bonus: Int)] = []
  var targets: [(kpi: Int, country: Int?, kind: Problem.TargetKind, value: Int, baseline: Int)] = []

  /// - Parameter hasForms: whether some of the items may be selected in a smaller form; then there are fewer of them.
  init(seed: UInt64, hasForms: Bool = false) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: hasForms ? 4...10 : 8...14, using: &random)
    let kpiCount = Int.random(in: 2...3, using: &random)
    // Coarse values make ties; fine and mixed ones strain the arithmetic.
    let grain = [10_000, 10_000, 2_500, 100, 1].randomElement(using: &random)!
    let spread = [6, 30, 3_000].randomElement(using: &random)!
    lowerIsBetter = (0..<kpiCount).map { _ in Int.random(in: 0..<4, using: &random) == 0 }
    for index in 0..<count {
      let values = (0..<kpiCount).map { _ in
        Int.random(in: 0..<4, using: &random) == 0 ? 0 : Int.random(in: -(spread / 5)...spread, using: &random) * grain
      }
      let tokens = Int.random(in: 0..<12, using: &random) == 0 ? 0 : Int.random(in: 1...12, using: &random) * 5
      items.append(Item(key: "I\(index + 1)", tokens: tokens, country: Int.random(in: 0..<3, using: &random), values: values))
    }
    let all = items.reduce(0) { $0 + $1.tokens }
    capacity = all * Int.random(in: 25...80, using: &random) / 100
    mode = [.northStar, .weightedKPIs, .lexicographic].randomElement(using: &random)!
    let order = Array(0..<kpiCount).shuffled(using: &random).prefix(mode == .northStar ? 1 : kpiCount)
    terms = order.map { kpi in
      let normalizer = Int.random(in: 1...40, using: &random) * [grain, 3_333].randomElement(using: &random)!
      return (kpi, Int.random(in: 1...10, using: &random), normalizer, [0, 0, 5, 20].randomElement(using: &random)!)
    }
    addRules(&random)
    if hasForms { addForms(&random) }
  }

  private mutating func addForms(_ random: inout SeededGenerator) {
    for index in items.indices {
      let item = items[index]
      switch Int.random(in: 0..<8, using: &random) {
      case 0: items[index].form = .smaller
      case 1...4:
        let share = Int.random(in: 0...10, using: &random)
        // Now and then it takes as many tokens as the whole, and even more.
        let tokens = Int.random(in: 0...item.tokens / 5 + 1, using: &random) * 5
        items[index].smaller = (tokens, item.values.map { $0 * share / 10 })
      default: break
      }
    }
  }

  private mutating func addRules(_ random: inout SeededGenerator) {
    func some(_ odds: Int) -> Bool { Int.random(in: 0..<odds, using: &random) == 0 }
    func key() -> String { some(25) ? "ABSENT" : items.randomElement(using: &random)!.key }
    func country() -> Int? { some(3) ? nil : Int.random(in: 0..<3, using: &random) }
    func keys(_ count: ClosedRange<Int>) -> [String] {
      Array(Set((0..<Int.random(in: count, using: &random)).map { _ in key() })).sorted()
    }
    for _ in 0..<2 where some(2) { tokenBounds.append((country(), some(2), Int.random(in: 2...12, using: &random) * 5)) }
    for _ in 0..<2 where some(2) { countBounds.append((country(), some(2), Int.random(in: 1...5, using: &random))) }
    if some(3) { mandatory.append(items.randomElement(using: &random)!.key) }
    if some(3) { excluded.append(key()) }
    for _ in 0..<2 where some(2) { pairs.append((key(), key())) }
    for _ in 0..<2 where some(3) { bundles.append(keys(2...3)) }
    for _ in 0..<3 where some(2) { prerequisites.append((key(), keys(1...2))) }
    for _ in 0..<3 where some(2) {
      let bonus = (Int.random(in: -6...12, using: &random)) * 5_000
      synergies.append((keys(1...3), Int.random(in: 0..<lowerIsBetter.count, using: &random), bonus))
    }
    for _ in 0..<3 where some(2) {
      let (kpi, country) = (Int.random(in: 0..<lowerIsBetter.count, using: &random), country())
      let reach = items.filter { country == nil || $0.country == country }.reduce(0) { $0 + max(0, $1.values[kpi]) }
      let kind = [Problem.TargetKind.floor, .goal, .cap].randomElement(using: &random)!
      let share = kind == .cap ? Int.random(in: 40...100, using: &random) : Int.random(in: 5...45, using: &random)
      targets.append((kpi, country, kind, reach * share / 100 + 777, 500))
    }
  }

  /// What the code under test is given.
  var problem: Problem {
    func value(_ units: Int) -> Double { Double(units) / Double(Self.scale) }
    func member(_ country: Int?) -> Problem.Member { country.map { .init(.country, "C\($0)") } ?? .everything }
    func cell(_ row: Int) -> Cell { Cell(tab: "Constraints", row: row + 2) }
    func bounds(_ list: [(country: Int?, atLeast: Bool, limit: Int)]) -> [Problem.Bound] {
      list.enumerated().map { .init(member($1.country), $1.atLeast ? .atLeast : .atMost, Int64($1.limit), source: cell($0)) }
    }
    func contributions(_ values: [Int]) -> [Problem.Contribution] {
      values.enumerated().filter { $1 != 0 }.map { .init(kpiKey: "K\($0)", value: value($1)) }
    }
    return Problem(
      scenarioName: "Random", capacityTokens: Int64(capacity),
      objective: .init(
        mode: mode,
        terms: terms.map {
          .init(
            kpiKey: "K\($0.kpi)", weight: Double($0.weight) / 10, normalizer: value($0.normalizer),
            tolerance: Double($0.tolerance) / 100)
        }),
      kpis: lowerIsBetter.enumerated().map { .init(key: "K\($0)", lowerIsBetter: $1) },
      candidates: items.map { item in
        .init(
          key: item.key, form: item.form, tokens: Int64(item.tokens), country: "C\(item.country)",
          contributions: contributions(item.values),
          smaller: item.smaller.map { .init(tokens: Int64($0.tokens), contributions: contributions($0.values)) })
      },
      tokenBounds: bounds(tokenBounds), countBounds: bounds(countBounds),
      mandatory: mandatory.enumerated().map { .init(key: $1, source: cell($0)) },
      excluded: excluded.enumerated().map { .init(key: $1, source: cell($0)) },
      excludedPairs: pairs.enumerated().map { .init($1.0, $1.1, source: cell($0)) },
      bundles: bundles.enumerated().map { .init(key: "B\($0)", members: $1, source: cell($0)) },
      prerequisites: prerequisites.enumerated().map { .init(key: $1.key, requires: $1.requires, source: cell($0)) },
      synergies: synergies.enumerated().map {
        .init(members: $1.members, kpiKey: "K\($1.kpi)", bonus: value($1.bonus), source: cell($0))
      },
      targets: targets.enumerated().map {
        .init(
          kpiKey: "K\($1.kpi)", member: member($1.country), kind: $1.kind, value: value($1.value), baseline: value($1.baseline),
          source: cell($0))
      })
  }
}
