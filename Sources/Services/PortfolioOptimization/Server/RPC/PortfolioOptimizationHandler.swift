import Logging
import Messages
import PortfolioOptimizationDomain
import Postgres
import RPC
import Runtime
import Wire

/// Answers for every run of the store, whichever instance solves it.
struct PortfolioOptimizationHandler: PortfolioOptimizationService {
  /// How many initiatives a selection may name.
  static let selectionLimit = 20_000
  static let pageLimit = 200
  static let defaultPage = 50

  let database: Database
  let feed: RunFeed
  let compiler: ConstraintCompilationClient
  let compilerAddress: String
  let logger: Logger

  func submitRun(_ request: SubmitRunRequest, context: CallContext) async throws -> Run {
    try Self.check(request)
    return try await answeringForDatabase {
      if !request.idempotencyKey.isEmpty,
        let earlier = try await database.fetchFirst(RunByIdempotencyKey(key: request.idempotencyKey))
      {
        return earlier.run
      }
      let assembled = try await assemble(request)
      guard let problem = assembled.problem else {
        throw RPCError(.internalError, "The compiler service answered without a problem.")
      }
      do {
        _ = try Problem(problem)
      } catch {
        throw RPCError(.failedPrecondition, "The assembled problem cannot be solved: \(error).")
      }
      return try await store(request, problem, hash: assembled.problemHash)
    }
  }

  private static func check(_ request: SubmitRunRequest) throws {
    for (name, value) in [
      ("scenario_name", request.scenarioName), ("constraint_set_name", request.constraintSetName), ("actor", request.actor),
    ] where value.isEmpty {
      throw RPCError(.invalidArgument, "\(name) is empty; a run names its scenario, its constraint set and who asked for it.")
    }
    guard request.initiativeKeys.count <= selectionLimit else {
      throw RPCError(
        .invalidArgument, "initiative_keys has \(request.initiativeKeys.count) entries; at most \(selectionLimit) fit.")
    }
    guard request.idempotencyKey.utf8.count <= 200 else {
      throw RPCError(.invalidArgument, "idempotency_key has \(request.idempotencyKey.utf8.count) bytes; at most 200 fit.")
    }
  }

  private func assemble(_ request: SubmitRunRequest) async throws -> AssembleProblemResponse {
    var assembly = AssembleProblemRequest()
    assembly.scenarioName = request.scenarioName
    assembly.constraintSetName = request.constraintSetName
    assembly.initiativeKeys = request.initiativeKeys
    assembly.selectedOnly = request.selectedOnly
    do {
      return try await compiler.assembleProblem(assembly)
    } catch let error as RPCError where error.code == .unavailable {
      throw RPCError(
        .unavailable,
        "The compiler service at \(compilerAddress) did not answer (\(error.message)); `lodestar up` starts it. No run was stored.")
    }
  }

  private func store(_ request: SubmitRunRequest, _ problem: PortfolioProblem, hash: String) async throws -> Run {
    let bytes = try problem.wireBytes()
    let id = RunID(seconds: WallClock.nowMicroseconds() / 1_000_000, randomBits: .random(in: .min ... .max))
    let insert = InsertRun(id: id, request: request, problem: problem, problemBytes: bytes, problemHash: hash)
    let rows = try await database.unit([insert.statement, notifyWatchers(of: id.text)])
    if let row = rows[0].first { return try StoredRun(row).run }
    // Someone with the same key was faster.
    guard let earlier = try await database.fetchFirst(RunByIdempotencyKey(key: request.idempotencyKey)) else {
      throw RPCError(.aborted, "Another run with this idempotency key came and went; try again.")
    }
    return earlier.run
  }

  func watchRun(_ request: WatchRunRequest, context: CallContext, responses: ResponseWriter<RunEvent>) async throws {
    var last: RunEvent?
    for await _ in feed.changes(of: request.runId) {
      let (event, hasEnded) = try await answeringForDatabase { () -> (RunEvent, Bool) in
        let stored = try await self.stored(request.runId)
        var event = RunEvent(run: stored.run, progress: stored.progress)
        if stored.run.status == .queued {
          let ahead = try await database.fetchFirst(QueuePosition(id: request.runId)) ?? 0
          event.progress = RunProgress(queuePosition: UInt32(clamping: ahead))
        }
        return (event, stored.hasEnded)
      }
      if event != last { try await responses.write(event) }
      if hasEnded { return }
      last = event
    }
  }

  func getRun(_ request: GetRunRequest, context: CallContext) async throws -> Run {
    try await answeringForDatabase {
      var run = try await stored(request.runId).run
      if request.includeSnapshot, let bytes = try await database.fetchFirst(ProblemOfRun(id: request.runId)) {
        run.snapshot = try PortfolioProblem(wireBytes: bytes)
      }
      return run
    }
  }

  func listRuns(_ request: ListRunsRequest, context: CallContext) async throws -> ListRunsResponse {
    guard request.pageSize <= Self.pageLimit else {
      throw RPCError(.invalidArgument, "page_size is \(request.pageSize); at most \(Self.pageLimit) fit a page.")
    }
    guard let before = request.pageToken.isEmpty ? Int64.max : Int64(request.pageToken), before > 0 else {
      throw RPCError(.invalidArgument, "page_token is not one that an earlier answer gave as next_page_token.")
    }
    let size = request.pageSize == 0 ? Self.defaultPage : Int(request.pageSize)
    return try await answeringForDatabase {
      let listed = try await database.fetch(
        RunsPage(
          scenarioName: request.scenarioName, constraintSetName: request.constraintSetName, before: before, limit: size + 1))
      var response = ListRunsResponse(runs: listed.prefix(size).map(\.run))
      if listed.count > size { response.nextPageToken = String(listed[size - 1].sequence) }
      return response
    }
  }

  func cancelRun(_ request: CancelRunRequest, context: CallContext) async throws -> Run {
    try await answeringForDatabase {
      let rows = try await database.unit([RequestCancel(id: request.runId).statement, notifyWatchers(of: request.runId)])
      guard rows[0].isEmpty else { return try StoredRun(rows[0][0]).run }
      // Nothing to cancel: it has ended, or there is none.
      return try await stored(request.runId).run
    }
  }

  private func stored(_ id: String) async throws -> StoredRun {
    guard let stored = try await database.fetchFirst(RunByID(id: id)) else {
      throw RPCError(.notFound, "There is no run \"\(id)\"; `lodestar runs list` shows those there are.")
    }
    return stored
  }

  private func answeringForDatabase<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await body()
    } catch let error as PostgresError {
      if !error.isUnavailable { logger.error("the database refused a statement", metadata: ["error": "\(error)"]) }
      throw RPCError(error, of: "optimizer")
    }
  }
}
