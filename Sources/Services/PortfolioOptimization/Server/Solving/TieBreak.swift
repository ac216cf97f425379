import MILP
import PortfolioOptimizationDomain

extension PortfolioSearch {
  /// Columns decided by one solve: their weights are powers of two below 2^20, far inside what the solver adds up exactly.
  private static let blockSize = 20

  /// Among the portfolios that are equally good: the fewest tokens, then the smallest list of keys, then the most that is whole.
  mutating func breakTies() async throws(Stop) {
    let bounds = (lower, upper)
    // A portfolio that is better by less than the solver could tell starts this over; more than a few times would be a mistake.
    for _ in 0..<8 {
      (lower, upper) = bounds
      if try await minimizeTokens(), try await preferEarlierKeys(), try await dropNeedlessTail(required: bounds.0),
        try await preferWholeForms()
      {
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

  /// The selection that is in with the earlier keys.
  private mutating func preferEarlierKeys() async throws(Stop) -> Bool {
    try await decideInOrder((0..<portfolio.groupCount).filter { lower[$0] < upper[$0] }, direction: 1, name: "earlier keys")
  }

  /// Of what is selected the whole of the earlier keys.
  private mutating func preferWholeForms() async throws(Stop) -> Bool {
    guard let best = currentBest else { return true }
    return try await decideInOrder(openForms(of: best), direction: -1, name: "whole forms")
  }

  /// Goes through undecided columns in the order of their keys, a block at a time, and prefers the earlier ones to be 1.
  ///
  /// - Parameter direction: -1 to prefer that they are 0.
  private mutating func decideInOrder(_ open: [Int], direction: Double, name: String) async throws(Stop) -> Bool {
    for start in stride(from: 0, to: open.count, by: Self.blockSize) {
      let block = open[start..<min(start + Self.blockSize, open.count)]
      var weights = [Double](repeating: 0, count: lower.count)
      for (position, column) in block.enumerated() { weights[column] = direction * Double(1 << (block.count - 1 - position)) }
      guard let known = currentBest else { return true }
      let values = portfolio.columnValues(of: known.forms)
      let reached = block.reduce(0) { $0 + weights[$1] * values[$1] }
      // Only what beats the portfolio at hand is asked for: that there is none is proven much faster than that it is the best.
      let better = Model.Row(name, lower: reached + 1, terms: block.map { Model.Term($0, weights[$0]) })
      let isFull = reached == weights.reduce(0) { $0 + max($1, 0) }
      if !isFull,
        let answer = try await solve(
          weights, level: portfolio.stages.count - 1, telling: nil, extra: [better],
          isAcceptable: { $0.keepsEveryStage($1) && $1.tokens <= known.tokens })
      {
        guard answer.evaluation.tokens == known.tokens, settle(answer.evaluation) else { return false }
      }
      guard let decided = currentBest else { return true }
      fix(block, as: decided)
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
  private mutating func dropNeedlessTail(required: [Double]) async throws(Stop) -> Bool {
    guard let best = currentBest else { return true }
    if openForms(of: best).isEmpty {
      dropTailAsItStands(of: best)
    } else if try await !dropTail(of: best, required: required) {
      return false
    }
    guard let decided = currentBest else { return true }
    fix(0..<portfolio.groupCount, as: decided)
    return true
  }

  private mutating func dropTailAsItStands(of best: Evaluation) {
    let costly = best.forms.indices.last { index in
      best.forms[index].map { problem.candidates[index].tokens(in: $0) > 0 } ?? false
    }
    for end in (costly.map { $0 + 1 } ?? 0)..<best.forms.count {
      var forms = best.forms
      for index in end..<forms.count { forms[index] = nil }
      let shorter = Evaluation(of: forms, in: problem)
      guard shorter.selectedCount < best.selectedCount else { return }
      if keepsEveryStage(shorter), verifier.brokenRules(shorter.selectedForms(in: problem)).isEmpty {
        accept(shorter)
        return
      }
    }
  }

  /// With other forms of what stands before it a tail may go that takes tokens: the shortest beginning is one more thing to solve.
  private mutating func dropTail(of best: Evaluation, required: [Double]) async throws(Stop) -> Bool {
    var sizes = [Double](repeating: 0, count: lower.count)
    var rows: [Model.Row] = []
    var last: Int?
    for index in best.forms.indices where best.forms[index] != nil {
      let column = portfolio.groups.columnOfCandidate[index]
      lower[column] = required[column]
      sizes[column] += 1
      if let last, last != column {
        rows.append(Model.Row("a beginning", upper: 0, terms: [.init(column, 1), .init(last, -1)]))
      }
      last = column
    }
    let terms = sizes.enumerated().filter { $1 != 0 }.map { Model.Term($0, $1) }
    rows.append(Model.Row("fewer keys", upper: Double(best.selectedCount) - 1, terms: terms))
    guard
      let answer = try await solve(
        sizes.map { -$0 }, level: portfolio.stages.count - 1, telling: nil, extra: rows,
        isAcceptable: { $0.keepsEveryStage($1) && $1.tokens <= best.tokens })
    else { return true }
    return answer.evaluation.tokens == best.tokens && settle(answer.evaluation)
  }

  /// The undecided columns of the forms of what is in.
  private func openForms(of evaluation: Evaluation) -> [Int] {
    zip(portfolio.forms.columns, portfolio.forms.candidates)
      .filter { lower[$0] < upper[$0] && evaluation.forms[$1] != nil }.map(\.0)
  }

  private mutating func fix(_ columns: some Sequence<Int>, as evaluation: Evaluation) {
    let values = portfolio.columnValues(of: evaluation.forms)
    for column in columns {
      lower[column] = values[column]
      upper[column] = values[column]
    }
  }
}
