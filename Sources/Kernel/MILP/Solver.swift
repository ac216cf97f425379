import CGLPK

/// Solves models with GLPK.
public enum Solver {
  /// The solver with its version, for example "GLPK 5.0".
  public static var name: String { "GLPK \(unsafe String(cString: lodestar_glpk_version()))" }

  /// Solves a model on a thread of its own; the caller's executor stays free.
  ///
  /// Returns within `options.cancellationGrace` of the task or `cancellation` being cancelled, with the best point found so far.
  /// `progress` is called on the solving thread, one call at a time, and never after this has returned.
  public static func solve(
    _ model: Model, options: SolverOptions = SolverOptions(), cancellation: Cancellation = Cancellation(),
    progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws(ModelError) -> Solution {
    try model.validate()
    let solve = ThreadedSolve(model: model, options: options, cancellation: cancellation, progress: progress)
    return await withTaskCancellationHandler {
      await solve.run()
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Solves a model on the calling thread. Cancelling takes effect between nodes or slices of the first relaxation.
  public static func solveBlocking(
    _ model: Model, options: SolverOptions = SolverOptions(), cancellation: Cancellation = Cancellation(),
    progress: ((Progress) -> Void)? = nil
  ) throws(ModelError) -> Solution {
    try model.validate()
    return solveUnchecked(model, options: options, cancellation: cancellation) { report in
      progress?(report.progress)
    }
  }

  /// What the solving thread tells while it searches.
  struct Report {
    var progress: Progress
    /// Column values as GLPK has them, when they are new.
    var newValues: [Double]?
  }

  /// Solves without looking at the model first: GLPK's own refusals come back as `.failed`.
  static func solveUnchecked(
    _ model: Model, options: SolverOptions, cancellation: Cancellation, report: (Report) -> Void
  ) -> Solution {
    let clock = ContinuousClock()
    let start = clock.now
    let flat = FlatModel(model)
    guard !flat.isEmpty else {
      return Solution(termination: .infeasible, effort: .init(duration: clock.now - start))
    }
    var values = [Double](repeating: 0, count: model.columns.count)
    var reducedCosts = values
    var result = unsafe lodestar_glpk_result()
    let columnCount = model.columns.count
    withoutActuallyEscaping(report) { report in
      var context = ReportContext(columnCount: columnCount, report: report)
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe reducedCosts.withUnsafeMutableBufferPointer { reducedCosts in
          unsafe result.values = values.baseAddress
          unsafe result.reduced_costs = reducedCosts.baseAddress
          var cOptions = unsafe options.cOptions(cancellation: cancellation)
          unsafe withUnsafeMutablePointer(to: &context) { context in
            unsafe flat.withView { view in
              unsafe lodestar_glpk_solve(view, &cOptions, relayProgress, context, &result)
            }
          }
        }
      }
    }
    // The flag must outlive the call that reads it.
    withExtendedLifetime(cancellation) {}
    let effort = unsafe Solution.Effort(
      nodes: result.nodes, simplexIterations: result.iterations, duration: clock.now - start)
    return unsafe Solution(
      termination: .init(result), incumbent: result.has_incumbent ? model.incumbent(at: values) : nil,
      bestBound: result.has_bound ? result.bound : nil,
      relaxation: result.has_relaxation
        ? .init(objective: result.relaxation_objective, reducedCosts: reducedCosts) : nil,
      effort: effort)
  }
}

private struct ReportContext {
  let columnCount: Int
  let report: (Solver.Report) -> Void
}

/// C's way into the report closure. Runs below GLPK's frames, calls nothing of GLPK, and has returned before GLPK can jump.
private func relayProgress(_ context: UnsafeMutableRawPointer?, _ progress: UnsafePointer<lodestar_glpk_progress>?) {
  guard let context = unsafe context?.assumingMemoryBound(to: ReportContext.self), let progress = unsafe progress?.pointee else {
    return
  }
  let columnCount = unsafe context.pointee.columnCount
  let newValues = unsafe progress.new_values.map { unsafe Array(UnsafeBufferPointer(start: $0, count: columnCount)) }
  unsafe context.pointee.report(
    Solver.Report(
      progress: Progress(
        incumbentObjective: progress.has_incumbent ? progress.incumbent_objective : nil,
        bestBound: progress.has_bound ? progress.bound : nil, nodes: progress.nodes),
      newValues: newValues))
}

extension Model {
  /// Rounds the integer columns and adds the objective up again, so that the answer carries none of the solver's tolerances.
  func incumbent(at values: [Double]) -> Solution.Incumbent {
    var exact = values
    var objective = objectiveConstant
    for (index, column) in columns.enumerated() {
      if column.kind == .integer { exact[index] = values[index].rounded() + 0 }
      objective += column.objective * exact[index]
    }
    return Solution.Incumbent(values: exact, objective: objective)
  }
}

extension Solution.Termination {
  fileprivate init(_ result: lodestar_glpk_result) {
    switch unsafe result.termination {
    case LODESTAR_GLPK_OPTIMAL: self = .optimal
    case LODESTAR_GLPK_INFEASIBLE: self = .infeasible
    case LODESTAR_GLPK_UNBOUNDED: self = .unbounded
    case LODESTAR_GLPK_NODE_LIMIT: self = .nodeLimit
    case LODESTAR_GLPK_TIME_LIMIT: self = .timeLimit
    case LODESTAR_GLPK_CANCELLED: self = .cancelled
    default:
      var message = unsafe result.message
      let text = unsafe withUnsafeBytes(of: &message) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      self = .failed(SolverFailure(code: unsafe Int(result.error_code), message: text))
    }
  }
}

extension SolverOptions {
  fileprivate func cOptions(cancellation: Cancellation) -> lodestar_glpk_options {
    let branching: Int32 =
      switch branching {
      case .mostFractional: 3
      case .driebeckTomlin: 4
      case .pseudocost: 5
      }
    let nodeOrder: Int32 =
      switch nodeOrder {
      case .depthFirst: 1
      case .bestBound: 3
      case .bestProjection: 4
      }
    return unsafe lodestar_glpk_options(
      node_limit: nodeLimit ?? 0, time_limit_seconds: timeLimit.map { max($0.seconds, 1e-6) } ?? 0,
      objective_tolerance: objectiveTolerance, integrality_tolerance: integralityTolerance,
      memory_limit_megabytes: Int32(clamping: memoryLimitMegabytes), gomory_cuts: gomoryCuts,
      rounding_cuts: roundingCuts, cover_cuts: coverCuts, clique_cuts: cliqueCuts, branching: branching,
      backtracking: nodeOrder, progress_interval_seconds: progressInterval.seconds, cancellation: cancellation.flag)
  }
}

extension Duration {
  var seconds: Double {
    let parts = components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }
}
