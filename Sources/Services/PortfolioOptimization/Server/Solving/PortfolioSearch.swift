import MILP
import PortfolioOptimizationDomain

/// Finds the best portfolio of a problem: the objective stage by stage, then the fewest tokens, then the earliest keys, then whole forms.
///
/// The solver works with tolerances; portfolios do not. Every answer is rounded to a selection and judged exactly: one that breaks a
/// rule or misses an equality by a hair is ruled out by a row of its own, and the solve is repeated. The columns that a relaxation's
/// reduced costs decide are fixed for the later solves, which is why breaking ties costs little.
struct PortfolioSearch {
  let problem: Problem
  let limits: SearchLimits
  let cancellation: Cancellation
  let onProgress: @Sendable (SearchProgress) -> Void

  let portfolio: PortfolioModel
  let verifier: Verifier
  /// Rows beyond the problem's own: stages held, portfolios ruled out.
  var extraRows: [Model.Row] = []
  var lower: [Double]
  var upper: [Double]
  private(set) var outcome = SearchOutcome(ending: .proven)
  /// The best worth of each stage so far, before anything is given up for later stages.
  private(set) var bests: [Worth] = []
  private let deadline: ContinuousClock.Instant?

  /// - Parameter problem: without faults; any order.
  static func run(
    _ problem: Problem, limits: SearchLimits = SearchLimits(), cancellation: Cancellation = Cancellation(),
    onProgress: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) async -> SearchOutcome {
    var search = PortfolioSearch(problem.canonical(), limits: limits, cancellation: cancellation, onProgress: onProgress)
    await search.run()
    return search.outcome
  }

  private init(
    _ problem: Problem, limits: SearchLimits, cancellation: Cancellation, onProgress: @escaping @Sendable (SearchProgress) -> Void
  ) {
    self.problem = problem
    self.limits = limits
    self.cancellation = cancellation
    self.onProgress = onProgress
    portfolio = PortfolioModel(problem)
    verifier = Verifier(problem)
    lower = portfolio.model.columns.map(\.lower)
    upper = portfolio.model.columns.map(\.upper)
    deadline = limits.time.map { ContinuousClock().now + $0 }
  }

  private mutating func run() async {
    do throws(Stop) {
      guard !portfolio.isContradictory else { throw .infeasible }
      for level in portfolio.stages.indices { try await improve(level) }
    } catch {
      await end(error)
      return
    }
    outcome.relativeGap = 0
    do throws(Stop) {
      try await breakTies()
    } catch {
      // The best is known all the same.
      if case .failed = error { outcome.tiesAreBroken = false } else { await end(error) }
    }
    // What later stages and ties took of the first stage was theirs to take: nothing that keeps every stage exceeds the portfolio.
    outcome.bestBound = outcome.evaluation?.objective(in: problem)
  }

  /// Why a search does not go on.
  enum Stop: Error {
    case infeasible, timeLimit, nodeLimit, cancelled
    case failed(String)
  }

  private mutating func end(_ stop: Stop) async {
    switch stop {
    case .timeLimit: outcome.ending = .timeLimit
    case .nodeLimit: outcome.ending = .nodeLimit
    case .cancelled: outcome.ending = .cancelled
    case .failed(let message): outcome.ending = .failed(message)
    case .infeasible:
      guard outcome.evaluation == nil else {
        outcome.ending = .failed("the solver found a portfolio and then none; its arithmetic is not up to this problem's numbers")
        return
      }
      let conflict = await ConflictSearch(problem, limits: limits, cancellation: cancellation, deadline: deadline).rules()
      outcome.ending = cancellation.isCancelled ? .cancelled : .infeasible(conflict: conflict)
    }
  }

  /// Finds the best value of one stage, holds it, and fixes what that decides.
  private mutating func improve(_ level: Int) async throws(Stop) {
    let stage = portfolio.stages[level]
    guard let answer = try await solve(stage.coefficients, level: level, telling: stage, isAcceptable: { $0.keepsEveryStage($1) })
    else { throw .infeasible }
    var best = answer.evaluation
    // The portfolio of the stages before may be better here by what lies inside the solver's tolerance.
    if let known = outcome.evaluation, known.worths[level].compared(to: best.worths[level]) > 0, keepsEveryStage(known) {
      best = known
    }
    accept(best)
    bests.append(best.worths[level])
    let threshold = threshold(of: best.worths[level], level: level)
    extraRows.append(stage.holding(at: threshold, name: "level \(level + 1)"))
    fixDecided(by: answer.relaxation, reaching: stage.modelValue(of: threshold) - stage.slack)
  }

  /// What a stage has to keep: its best, less its tolerance when stages follow that may use it.
  func threshold(of best: Worth, level: Int) -> Worth {
    guard case .total(let amount) = best, level + 1 < portfolio.stages.count,
      let tolerance = Amount(problem.objective.terms[level].tolerance), tolerance != .zero
    else { return best }
    return .total(amount - amount.magnitude.share(tolerance))
  }

  /// Whether a portfolio keeps every stage where it has to be.
  func keepsEveryStage(_ evaluation: Evaluation) -> Bool {
    bests.indices.allSatisfy { evaluation.worths[$0].compared(to: threshold(of: bests[$0], level: $0)) >= 0 }
  }

  mutating func accept(_ evaluation: Evaluation) { outcome.evaluation = evaluation }

  /// The last stage turned out to be better by less than the solver could tell.
  mutating func raiseLastStage(to worth: Worth) {
    let last = portfolio.stages.count - 1
    bests[last] = worth
    extraRows.append(portfolio.stages[last].holding(at: worth, name: "level \(last + 1)"))
  }
}

extension PortfolioSearch {
  struct Answer {
    var evaluation: Evaluation
    var relaxation: Solution.Relaxation?
    /// The objective of the solve at the answer, in the model's scale.
    var objective: Double
  }

  /// Maximizes over the columns and returns the first answer that is right exactly; nil when there is none.
  ///
  /// - Parameters:
  ///   - stage: whose value to tell as progress; nil while ties are broken.
  ///   - isAcceptable: judged exactly, on top of the problem's rules.
  mutating func solve(
    _ objective: [Double], level: Int, telling stage: Stage?, extra: [Model.Row] = [],
    isAcceptable: (PortfolioSearch, Evaluation) -> Bool
  ) async throws(Stop) -> Answer? {
    var relaxation: Solution.Relaxation?
    for correction in 0...limits.corrections {
      let solution = try await solveOnce(objective, level: level, telling: stage, extra: extra)
      if correction == 0 { relaxation = solution.relaxation }
      let selection = solution.incumbent.map { portfolio.selection(at: $0.values) }
      let evaluation = selection.map { Evaluation(of: $0, in: problem) }
      let isRight =
        evaluation.map { verifier.brokenRules($0.selectedForms(in: problem)).isEmpty && isAcceptable(self, $0) } ?? false
      switch solution.termination {
      case .optimal:
        if let evaluation, let incumbent = solution.incumbent, isRight {
          return Answer(evaluation: evaluation, relaxation: relaxation, objective: incumbent.objective)
        }
        if let selection { extraRows.append(rowExcluding(selection)) }
      case .infeasible:
        return nil
      case .unbounded:
        throw .failed("the solver took a bounded problem for an unbounded one")
      case .nodeLimit, .timeLimit, .cancelled:
        if let stage { keep(isRight ? evaluation : nil, bound: solution.bestBound, level: level, stage: stage) }
        throw solution.termination == .nodeLimit ? .nodeLimit : solution.termination == .timeLimit ? .timeLimit : .cancelled
      case .failed(let failure):
        throw .failed("the solver gave up: \(failure.message)")
      }
    }
    throw .failed("the solver's tolerances are too wide for this problem's numbers")
  }

  private mutating func solveOnce(
    _ objective: [Double], level: Int, telling stage: Stage?, extra: [Model.Row]
  ) async throws(Stop) -> Solution {
    var model = portfolio.model
    for column in model.columns.indices {
      model.columns[column].lower = lower[column]
      model.columns[column].upper = upper[column]
      model.columns[column].objective = objective[column]
    }
    model.rows += extraRows + extra
    var options = SolverOptions()
    let nodesLeft = limits.nodes - outcome.nodes
    guard nodesLeft > 0 else { throw .nodeLimit }
    options.nodeLimit = nodesLeft
    if let deadline {
      let left = deadline - ContinuousClock().now
      guard left > .zero else { throw .timeLimit }
      options.timeLimit = left
    }
    let solution: Solution
    do {
      solution = try await Solver.solve(model, options: options, cancellation: cancellation, progress: relay(level, stage))
    } catch {
      throw .failed("the model was refused: \(error)")
    }
    outcome.nodes += solution.effort.nodes
    outcome.simplexIterations += solution.effort.simplexIterations
    return solution
  }

  /// Turns the solver's progress into the objective's terms.
  private func relay(_ level: Int, _ stage: Stage?) -> @Sendable (Progress) -> Void {
    let (onProgress, nodesBefore) = (onProgress, outcome.nodes)
    let known = outcome.evaluation?.objective(in: problem)
    let factor = stage?.factor
    return { progress in
      var told = SearchProgress(level: level + 1, nodes: nodesBefore + progress.nodes)
      if let factor {
        told.incumbent = progress.incumbentObjective.map { $0 * factor }
        told.bestBound = progress.bestBound.map { $0 * factor }
        told.relativeGap = progress.relativeGap
      } else {
        (told.incumbent, told.bestBound, told.relativeGap) = (known, known, 0)
      }
      onProgress(told)
    }
  }

  /// What a stage that was ended early leaves. Only the first stage speaks for the objective's bound and gap.
  private mutating func keep(_ evaluation: Evaluation?, bound: Double?, level: Int, stage: Stage) {
    if let evaluation, level > 0 || outcome.evaluation == nil { accept(evaluation) }
    if level > 0 {
      outcome.bestBound = bests.first.map { problem.maximizes ? $0.double : -$0.double }
    } else {
      outcome.bestBound = bound.map { $0 * stage.factor }
    }
    guard let objective = outcome.evaluation?.objective(in: problem), let best = outcome.bestBound else { return }
    outcome.relativeGap = abs(best - objective) / max(abs(objective), 1e-10)
  }

  /// A row that every selection but this one keeps.
  func rowExcluding(_ selection: [Problem.Form?]) -> Model.Row {
    let values = portfolio.columnValues(of: selection)
    let chosen = values.filter { $0 == 1 }.count
    let terms = values.enumerated().map { Model.Term($0, $1 == 1 ? 1 : -1) }
    return Model.Row("ruled out", upper: Double(chosen) - 1, terms: terms)
  }

  /// Fixes the columns that no portfolio can move without falling below a value: to do so would cost more than the relaxation,
  /// which is at least as good as any portfolio, has to spare.
  mutating func fixDecided(by relaxation: Solution.Relaxation?, reaching value: Double) {
    guard let relaxation else { return }
    let room = relaxation.objective - value + 1e-6 * max(1, abs(value), abs(relaxation.objective))
    for column in 0..<portfolio.decisionCount where lower[column] < upper[column] {
      let cost = relaxation.reducedCosts[column]
      if cost < -room { upper[column] = lower[column] } else if cost > room { lower[column] = upper[column] }
    }
  }
}
