import MILP
import PortfolioOptimizationDomain

extension PortfolioSearch {
  /// Columns decided by one solve: their weights are powers of two below 2^20, far inside what the solver adds up exactly.
  private static let blockSize = 20

  /// Among the portfolios that are equally good: the fewest tokens, then the smallest list of keys.
  mutating func breakTies() async throws(Stop) {
    // A portfolio that is better by less than the solver could tell starts this over; more than a few times would be a mistake.
    for _ in 0..<8 {
      guard try await minimizeTokens() else { continue }
      if try await preferEarlierKeys() {
        dropNeedlessTail()
        return
      }
    }
    throw .failed("the solver's answers contradict each other; its arithmetic is not up to this problem's numbers")
  }

  /// Returns false when a better portfolio turned up on the way.
  private mutating func minimizeTokens() async throws(Stop) -> Bool {
    let tokens = portfolio.tokensOfColumn
    let objective = tokens.map { -$0 } + Array(repeating: 0, count: lower.count - tokens.count)
    guard let known = currentBest else { return true }
    let fewer = Model.Row(
      "fewer tokens", upper: Double(known.tokens) - 1, terms: tokens.enumerated().filter { $1 != 0 }.map { Model.Term($0, $1) })
    guard known.tokens > 0,
      let answer = try await solve(
        objective, level: portfolio.stages.count - 1, telling: nil, extra: [fewer], isAcceptable: { $0.keepsEveryStage($1) })
    else {
      holdTokens(known.tokens)
      return true
    }
    guard settle(answer.evaluation) else { return false }
    holdTokens(answer.evaluation.tokens)
    return true
  }

  private mutating func holdTokens(_ count: Int64) {
    let terms = portfolio.tokensOfColumn.enumerated().filter { $1 != 0 }.map { Model.Term($0, $1) }
    if !terms.isEmpty { extraRows.append(Model.Row("tokens", upper: Double(count), terms: terms)) }
  }

  /// Goes through the undecided columns in the order of their keys, a block at a time: the selection that is in with the earlier ones.
  private mutating func preferEarlierKeys() async throws(Stop) -> Bool {
    let open = (0..<portfolio.groupCount).filter { lower[$0] < upper[$0] }
    for start in stride(from: 0, to: open.count, by: Self.blockSize) {
      let block = open[start..<min(start + Self.blockSize, open.count)]
      var weights = [Double](repeating: 0, count: lower.count)
      for (position, column) in block.enumerated() { weights[column] = Double(1 << (block.count - 1 - position)) }
      guard let known = currentBest else { return true }
      let values = portfolio.columnValues(of: known.selected)
      let reached = block.reduce(0) { $0 + weights[$1] * values[$1] }
      // Only what beats the portfolio at hand is asked for: that there is none is proven much faster than that it is the best.
      let better = Model.Row("earlier keys", lower: reached + 1, terms: block.map { Model.Term($0, weights[$0]) })
      let isFull = reached == weights.reduce(0, +)
      if !isFull,
        let answer = try await solve(
          weights, level: portfolio.stages.count - 1, telling: nil, extra: [better],
          isAcceptable: { $0.keepsEveryStage($1) && $1.tokens <= known.tokens })
      {
        guard answer.evaluation.tokens == known.tokens, settle(answer.evaluation) else { return false }
      }
      guard let decided = currentBest else { return true }
      for (column, value) in portfolio.columnValues(of: decided.selected).enumerated() where block.contains(column) {
        lower[column] = value
        upper[column] = value
      }
    }
    return true
  }

  private var currentBest: Evaluation? { outcome.evaluation }

  /// Takes an equally good portfolio; a better one, found inside the solver's tolerance, raises what is held and answers false.
  private mutating func settle(_ evaluation: Evaluation) -> Bool {
    accept(evaluation)
    let last = portfolio.stages.count - 1
    guard evaluation.worths[last].compared(to: bests[last]) > 0 else { return true }
    raiseLastStage(to: evaluation.worths[last])
    return false
  }

  /// A list of keys that is the beginning of another comes before it: what stands at the end and is worth nothing goes.
  private mutating func dropNeedlessTail() {
    guard let best = currentBest else { return }
    let costly = best.selected.indices.last { best.selected[$0] && problem.candidates[$0].tokens > 0 }
    for end in (costly.map { $0 + 1 } ?? 0)..<best.selected.count {
      var selected = best.selected
      for index in end..<selected.count { selected[index] = false }
      let shorter = Evaluation(of: selected, in: problem)
      guard shorter.selectedCount < best.selectedCount else { return }
      if keepsEveryStage(shorter), verifier.brokenRules(Set(shorter.selectedKeys(in: problem))).isEmpty {
        accept(shorter)
        return
      }
    }
  }
}
