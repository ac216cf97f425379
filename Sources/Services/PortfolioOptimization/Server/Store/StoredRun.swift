import Messages
import PortfolioOptimizationDomain
import Postgres
import Wire

/// A run as the store has it.
struct StoredRun: Sendable {
  var run: Run
  /// Present while the run is solved, once something was told.
  var progress: RunProgress?
  var isCancelRequested: Bool
  var timeLimitMilliseconds: Int64

  /// Every column but the problem, which is large and seldom asked for.
  static let columns: Statement = """
    run_id, scenario_name, constraint_set_name, revision, problem_hash, status, message, actor, candidate_count,
    capacity_total_tokens, created_at, started_at, finished_at, solver, instance, cancel_requested, time_limit_ms,
    progress_json, result_json, measures_json
    """

  /// The same without the result, for lists.
  static let listColumns: Statement = """
    run_id, scenario_name, constraint_set_name, revision, problem_hash, status, message, actor, candidate_count,
    capacity_total_tokens, created_at, started_at, finished_at, solver, instance, cancel_requested, time_limit_ms,
    NULL::jsonb AS progress_json, NULL::jsonb AS result_json,
    '[]'::jsonb AS measures_json
    """

  init(_ row: Row) throws {
    var run = Run()
    run.runId = try row.decode("run_id")
    run.scenarioName = try row.decode("scenario_name")
    run.constraintSetName = try row.decode("constraint_set_name")
    run.revision = try row.decode("revision")
    run.problemHash = try row.decode("problem_hash")
    run.status = RunStatus(RunState(rawValue: try row.decode("status")))
    run.message = try row.decode("message")
    run.actor = try row.decode("actor")
    run.candidateCount = UInt32(clamping: try row.decode("candidate_count", as: Int.self))
    run.capacityTotalTokens = try row.decode("capacity_total_tokens")
    run.createdAtUs = try row.decode("created_at", as: TimestampMicroseconds.self).sinceEpoch
    run.startedAtUs = try row.decode("started_at", as: TimestampMicroseconds?.self)?.sinceEpoch ?? 0
    run.finishedAtUs = try row.decode("finished_at", as: TimestampMicroseconds?.self)?.sinceEpoch ?? 0
    run.solver = try row.decode("solver")
    run.instance = try row.decode("instance")
    run.result = try Self.message(row, "result_json")
    if case .array(let measures) = try JSONValue(parsing: row.decode("measures_json", as: JSONText.self).text) {
      run.measures = try measures.map { try KpiMeasure(jsonValue: $0) }
      run.alerts = run.measures.compactMap(RunAlert.init)
    }
    run.alerts += (run.result?.missedDeadlines ?? []).map(RunAlert.init)
    self.run = run
    progress = try Self.message(row, "progress_json")
    isCancelRequested = try row.decode("cancel_requested")
    timeLimitMilliseconds = try row.decode("time_limit_ms")
  }

  var hasEnded: Bool { run.finishedAtUs != 0 }

  private static func message<M: WireMessage>(_ row: Row, _ column: String) throws -> M? {
    guard let text = try row.decode(column, as: JSONText?.self) else { return nil }
    return try M(jsonValue: try JSONValue(parsing: text.text))
  }
}

extension RunStatus {
  init(_ state: RunState?) {
    switch state {
    case .queued: self = .queued
    case .running: self = .running
    case .success: self = .success
    case .infeasible: self = .infeasible
    case .failed: self = .failed
    case .cancelled: self = .cancelled
    case .timeLimit: self = .timeLimit
    case nil: self = .unspecified
    }
  }
}
