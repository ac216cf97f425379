import Jobs
import Messages
import PortfolioOptimizationDomain
import Postgres
import Wire

/// The channel on which every change of a run is told; its payload is the run's id.
let runsChannel = "optimizer_runs"

/// The runs that instances lease: queued ones, and running ones whose instance died.
let leasedRuns = LeasedTable(name: "runs", key: "run_id", isDue: "status IN ('queued', 'running')", order: "sequence")

/// Tells everyone who watches the run, when the transaction commits.
func notifyWatchers(of runID: String) -> Statement { "SELECT pg_notify(\(runsChannel), \(runID))" }

struct InsertRun: Query {
  var id: RunID
  var request: SubmitRunRequest
  var problem: PortfolioProblem
  var problemBytes: [UInt8]
  var problemHash: String

  var statement: Statement {
    """
    INSERT INTO runs (run_id, scenario_name, constraint_set_name, revision, problem_hash, actor, idempotency_key, time_limit_ms,
      candidate_count, capacity_total_tokens, problem, inputs_snapshot_json, measures_json)
    VALUES (\(id.text), \(problem.scenarioName), \(problem.constraintSetName), \(problem.revision), \(problemHash),
      \(request.actor), NULLIF(\(request.idempotencyKey), ''), \(Int64(request.timeLimitMs)),
      \(problem.candidates.count), \(problem.capacityTotalTokens), \(problemBytes),
      \(JSONText(problem.jsonValue.text(pretty: false))),
      \(JSONText(JSONValue.array(problem.measures.map(\.jsonValue)).text(pretty: false))))
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING \(StoredRun.columns)
    """
  }

  static func decode(_ row: Row) throws -> StoredRun { try StoredRun(row) }
}

struct RunByID: Query {
  var id: String
  var statement: Statement { "SELECT \(StoredRun.columns) FROM runs WHERE run_id = \(id)" }
  static func decode(_ row: Row) throws -> StoredRun { try StoredRun(row) }
}

struct RunByIdempotencyKey: Query {
  var key: String
  var statement: Statement { "SELECT \(StoredRun.columns) FROM runs WHERE idempotency_key = \(key)" }
  static func decode(_ row: Row) throws -> StoredRun { try StoredRun(row) }
}

struct ProblemOfRun: Query {
  var id: String
  var statement: Statement { "SELECT problem FROM runs WHERE run_id = \(id)" }
  static func decode(_ row: Row) throws -> [UInt8] { try row.decode("problem") }
}

/// How many runs are before this one.
struct QueuePosition: Query {
  var id: String
  var statement: Statement {
    """
    SELECT count(*) AS ahead FROM runs
    WHERE status IN ('queued', 'running') AND sequence < (SELECT sequence FROM runs WHERE run_id = \(id))
    """
  }
  static func decode(_ row: Row) throws -> Int { try row.decode("ahead") }
}

/// Newest first, from before a sequence number.
struct RunsPage: Query {
  struct Listed: Sendable {
    var run: Run
    var sequence: Int64
  }
  var scenarioName: String
  var constraintSetName: String
  var before: Int64
  var limit: Int

  var statement: Statement {
    """
    SELECT \(StoredRun.listColumns), sequence FROM runs
    WHERE sequence < \(before)
      AND (\(scenarioName) = '' OR lower(scenario_name) = lower(\(scenarioName)))
      AND (\(constraintSetName) = '' OR lower(constraint_set_name) = lower(\(constraintSetName)))
    ORDER BY sequence DESC LIMIT \(limit)
    """
  }

  static func decode(_ row: Row) throws -> Listed {
    Listed(run: try StoredRun(row).run, sequence: try row.decode("sequence"))
  }
}

/// Begins, or begins again, the work on a leased run.
struct BeginRun: Query {
  var lease: Lease
  var solver: String
  var instance: String

  var statement: Statement {
    """
    UPDATE runs SET status = 'running', started_at = clock_timestamp(), solver = \(solver), instance = \(instance),
      progress_json = NULL
    WHERE \(lease.fence) AND status IN ('queued', 'running')
    RETURNING \(StoredRun.columns)
    """
  }

  static func decode(_ row: Row) throws -> StoredRun { try StoredRun(row) }
}

func saveProgress(_ progress: RunProgress, of lease: Lease) -> Statement {
  "UPDATE runs SET progress_json = \(JSONText(progress.jsonValue.text(pretty: false))) WHERE \(lease.fence) AND status = 'running'"
}

/// Marks the run as ended and answers one row, or none when the lease is lost or the run has ended.
func endRun(_ lease: Lease, as state: RunState, message: String, result: RunResult?) -> Statement {
  """
  UPDATE runs SET status = \(state.rawValue), message = \(message), finished_at = clock_timestamp(), lease_until = NULL,
    result_json = NULLIF(\(result.map { $0.jsonValue.text(pretty: false) } ?? ""), '')::jsonb
  WHERE \(lease.fence) AND status = 'running'
  RETURNING run_id
  """
}

/// The portfolio in rows, for queries over many runs.
func insertPortfolio(_ result: RunResult, of runID: String) -> [Statement] {
  let items = result.items
  return [
    """
    INSERT INTO portfolios VALUES (\(runID), \(Int64(result.selectedCount)), \(result.capacityUsedTokens), \(result.totalObjective))
    """,
    """
    INSERT INTO portfolio_items
    SELECT \(runID), * FROM unnest(\(items.map(\.initiativeKey)), \(items.map(\.selected)), \(items.map(\.allocatedTokens)),
      \(items.map { JSONText(JSONValue.array($0.gains.map(\.jsonValue)).text(pretty: false)) }), \(items.map(\.reason)),
      \(items.map(\.formWord)))
    """,
    """
    INSERT INTO gaps
    SELECT \(runID), * FROM unnest(\(result.gaps.indices.map { Int64($0) }), \(result.gaps.map(\.kpiKey)),
      \(result.gaps.map { JSONText($0.jsonValue.text(pretty: false)) }))
    """,
  ]
}

extension PortfolioItem {
  /// The selected form in the words of scope_mode; nil for what is out.
  fileprivate var formWord: String? {
    guard selected else { return nil }
    return switch form {
    case .unspecified: "full"
    case .mvp: "mvp"
    }
  }
}

/// Asks the instance that solves the run to stop; a run that nobody has begun ends here.
struct RequestCancel: Query {
  var id: String

  var statement: Statement {
    """
    UPDATE runs SET cancel_requested = true,
      status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,
      message = CASE WHEN status = 'queued' THEN 'Cancelled before it was begun.' ELSE message END,
      finished_at = CASE WHEN status = 'queued' THEN clock_timestamp() ELSE finished_at END
    WHERE run_id = \(id) AND status IN ('queued', 'running')
    RETURNING \(StoredRun.columns)
    """
  }

  static func decode(_ row: Row) throws -> StoredRun { try StoredRun(row) }
}
