import PortfolioOptimizationDomain

/// The best portfolio of a random problem by trying every one, in whole numbers; shares nothing with the code under test.
///
/// A portfolio is a bit mask over the items, in the order of the problem.
struct BruteForce {
  private let problem: RandomProblem
  private let bitOfKey: [String: Int]
  private let portfolios: Range<Int>

  init(_ problem: RandomProblem) {
    self.problem = problem
    bitOfKey = Dictionary(uniqueKeysWithValues: problem.items.enumerated().map { ($1.key, 1 << $0) })
    portfolios = 0..<(1 << problem.items.count)
  }

  /// The keys of the best portfolio in their order; nil when no portfolio keeps the rules.
  func best() -> [String]? {
    var best = feasible()
    guard !best.isEmpty else { return nil }
    for (values, tolerance) in stages {
      let top = best.map { values[$0] }.max()!
      // What may be given up for the stages after; of whole units nothing finer can be.
      let held = top * 100 - (top < 0 ? -top : top) * Int128(tolerance)
      best = best.filter { values[$0] * 100 >= held }
    }
    let tokens = sums { $0.tokens }
    let fewest = best.map { tokens[$0] }.min()!
    return best.filter { tokens[$0] == fewest }
      .map { portfolio in problem.items.filter { portfolio & bitOfKey[$0.key]! != 0 }.map(\.key).sorted() }
      .min { $0.lexicographicallyPrecedes($1) }
  }

  /// For every portfolio the sum of a number over its items.
  private func sums(_ number: (RandomProblem.Item) -> Int) -> [Int] {
    let numbers = problem.items.map(number)
    var sums = [Int](repeating: 0, count: portfolios.count)
    for portfolio in portfolios.dropFirst() {
      sums[portfolio] = sums[portfolio & (portfolio - 1)] + numbers[portfolio.trailingZeroBitCount]
    }
    return sums
  }

  private func feasible() -> [Int] {
    func isIn(_ item: RandomProblem.Item, _ country: Int?) -> Bool { country == nil || item.country == country }
    let tokens = sums { $0.tokens }
    var left = portfolios.filter { tokens[$0] <= problem.capacity }
    for bound in problem.tokenBounds {
      let used = sums { isIn($0, bound.country) ? $0.tokens : 0 }
      left = left.filter { bound.atLeast ? used[$0] >= bound.limit : used[$0] <= bound.limit }
    }
    for bound in problem.countBounds {
      let count = sums { isIn($0, bound.country) ? 1 : 0 }
      left = left.filter { bound.atLeast ? count[$0] >= bound.limit : count[$0] <= bound.limit }
    }
    for target in problem.targets where target.kind != .goal {
      let achieved = sums { isIn($0, target.country) ? $0.values[target.kpi] : 0 }
      left = left.filter {
        let value = achieved[$0] + target.baseline
        return target.kind == .floor ? value >= target.value : value <= target.value
      }
    }
    for key in problem.mandatory { left = left.filter { holds($0, key) } }
    for key in problem.excluded { left = left.filter { !holds($0, key) } }
    for pair in problem.pairs { left = left.filter { !(holds($0, pair.0) && holds($0, pair.1)) } }
    for bundle in problem.bundles { left = left.filter { mask in Set(bundle.map { holds(mask, $0) }).count == 1 } }
    for rule in problem.prerequisites {
      left = left.filter { mask in !holds(mask, rule.key) || rule.requires.allSatisfy { holds(mask, $0) } }
    }
    return left
  }

  private func holds(_ portfolio: Int, _ key: String) -> Bool { portfolio & (bitOfKey[key] ?? 0) != 0 }

  /// For every portfolio the total of a KPI, turned so that more is better.
  private func totals(_ kpi: Int) -> [Int128] {
    var totals = sums { $0.values[kpi] }
    for synergy in problem.synergies where synergy.kpi == kpi && synergy.members.allSatisfy({ bitOfKey[$0] != nil }) {
      let mask = synergy.members.reduce(0) { $0 | bitOfKey[$1]! }
      for portfolio in portfolios where portfolio & mask == mask { totals[portfolio] += synergy.bonus }
    }
    return totals.map { Int128(problem.lowerIsBetter[kpi] ? -$0 : $0) }
  }

  private var stages: [(values: [Int128], tolerance: Int)] {
    guard problem.mode == .weightedKPIs else {
      return problem.terms.enumerated().map { level, term in
        (totals(term.kpi), level + 1 < problem.terms.count ? term.tolerance : 0)
      }
    }
    // Sum of w T / N, brought over one denominator: the product of all N.
    let product = problem.terms.reduce(Int128(1)) { $0 * Int128($1.normalizer) }
    var values = [Int128](repeating: 0, count: portfolios.count)
    for term in problem.terms {
      let factor = Int128(term.weight) * (product / Int128(term.normalizer))
      for (portfolio, total) in totals(term.kpi).enumerated() { values[portfolio] += factor * total }
    }
    return [(values, 0)]
  }
}
