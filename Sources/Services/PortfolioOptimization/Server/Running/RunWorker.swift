import Jobs
import Logging
import MILP
import Messages
import PortfolioOptimizationDomain
import Postgres
import Synchronization
import Wire

/// Solves leased runs, one at a time, and stores what they came to.
struct RunWorker: Sendable {
  /// The shortest time between two stored states of progress.
  static let progressPause = Duration.milliseconds(250)

  let database: Database
  let feed: RunFeed
  let instance: String
  let timing: LeaseTiming
  let logger: Logger
  /// Replaced only by tests of what happens to answers that are wrong.
  var search: Search = { await PortfolioSearch.run($0, limits: $1, cancellation: $2, onProgress: $3) }

  typealias Search =
    @Sendable (Problem, SearchLimits, Cancellation, @escaping @Sendable (SearchProgress) -> Void) async -> SearchOutcome

  func run() async throws {
    let worker = LeaseWorker(
      database: database, table: leasedRuns, name: instance, channel: runsChannel, timing: timing, logger: logger)
    try await worker.run { lease in try await self.work(on: lease) }
  }

  func work(on lease: Lease) async throws {
    let begun = try await database.unit([
      BeginRun(lease: lease, solver: Solver.name, instance: instance).statement, notifyWatchers(of: lease.key),
    ])
    guard let row = begun.first?.first else { return }
    let stored = try StoredRun(row)
    guard let bytes = try await database.fetchFirst(ProblemOfRun(id: lease.key)) else { return }
    logger.info("run begun", metadata: ["run_id": "\(lease.key)", "epoch": "\(lease.epoch)"])
    let problem: Problem
    do {
      problem = try Problem(try PortfolioProblem(wireBytes: bytes)).canonical()
    } catch {
      return try await end(lease, as: .failed, message: "The run's snapshot cannot be solved: \(error).", result: nil)
    }
    let outcome = await solveWatched(problem, stored, lease)
    // The instance is draining, or lost its lease: whoever claims the run next begins it again.
    try Task.checkCancellation()
    try await store(outcome, of: problem, lease)
  }

  /// Solves while progress is stored and a request to cancel is listened for.
  private func solveWatched(_ problem: Problem, _ stored: StoredRun, _ lease: Lease) async -> SearchOutcome {
    var limits = SearchLimits()
    if stored.timeLimitMilliseconds > 0 { limits.time = .milliseconds(stored.timeLimitMilliseconds) }
    let newest = Newest()
    let cancellation = Cancellation()
    let company = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.cancelOnRequest(lease.key, cancellation) }
        group.addTask { await self.storeProgress(newest, lease) }
      }
    }
    defer { company.cancel() }
    return await withTaskCancellationHandler {
      await search(problem, limits, cancellation) { newest.set($0) }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func cancelOnRequest(_ runID: String, _ cancellation: Cancellation) async {
    for await _ in feed.changes(of: runID) {
      if let stored = try? await database.fetchFirst(RunByID(id: runID)), stored.isCancelRequested {
        cancellation.cancel()
        return
      }
    }
  }

  private func storeProgress(_ newest: Newest, _ lease: Lease) async {
    while true {
      do { try await Task.sleep(for: Self.progressPause) } catch { return }
      guard let progress = newest.take() else { continue }
      var message = RunProgress()
      message.hasIncumbent = progress.incumbent != nil
      message.incumbentObjective = progress.incumbent ?? 0
      message.bestBound = progress.bestBound ?? 0
      message.relativeGap = progress.relativeGap ?? 0
      message.nodes = progress.nodes
      message.level = UInt32(clamping: progress.level)
      // Progress is a courtesy: when it cannot be stored now, the next one may.
      _ = try? await database.unit([saveProgress(message, of: lease), notifyWatchers(of: lease.key)])
    }
  }

  private func store(_ outcome: SearchOutcome, of problem: Problem, _ lease: Lease) async throws {
    var result = outcome.evaluation.map { RunResult($0, of: problem, outcome) }
    var (state, message) = outcome.told(of: problem)
    if let claimed = result {
      let objections = Verifier(problem).objections(to: claimed.claim)
      if !objections.isEmpty {
        logger.error("an answer failed verification", metadata: ["run_id": "\(lease.key)", "objections": "\(objections)"])
        message = "The solver's answer did not stand up to verification and was not stored: \(objections[0])."
        state = .failed
        result = nil
      }
    }
    try await end(lease, as: state, message: message, result: result)
  }

  private func end(_ lease: Lease, as state: RunState, message: String, result: RunResult?) async throws {
    let isStored = try await database.transaction { transaction -> Bool in
      guard try await !transaction.query(endRun(lease, as: state, message: message, result: result)).isEmpty else { return false }
      if let result {
        for statement in insertPortfolio(result, of: lease.key) { try await transaction.execute(statement) }
      }
      _ = try await transaction.query(notifyWatchers(of: lease.key))
      return true
    }
    logger.info(
      isStored ? "run ended" : "run was taken over or has ended; this answer is dropped",
      metadata: ["run_id": "\(lease.key)", "status": "\(state.rawValue)", "epoch": "\(lease.epoch)"])
  }

  /// The newest progress that nobody has taken yet.
  private final class Newest: Sendable {
    private let progress = Mutex<SearchProgress?>(nil)
    func set(_ newest: SearchProgress) { progress.withLock { $0 = newest } }
    func take() -> SearchProgress? {
      progress.withLock { progress in
        defer { progress = nil }
        return progress
      }
    }
  }
}

extension SearchOutcome {
  /// What the run ends as, and a sentence about it.
  fileprivate func told(of problem: Problem) -> (RunState, String) {
    let found = evaluation == nil ? "no portfolio was found" : "the best portfolio found is kept, but a better one may exist"
    switch ending {
    case .proven: return (.success, tiesAreBroken ? "The best portfolio is proven." : "The best objective is proven.")
    case .infeasible(let conflict): return (.infeasible, Self.contradiction(conflict, in: problem))
    case .timeLimit: return (.timeLimit, "The time limit was reached: \(found).")
    case .nodeLimit: return (.timeLimit, "The limit of nodes was reached: \(found).")
    case .cancelled: return (.cancelled, "Cancelled: \(found).")
    case .failed(let why): return (.failed, "The solver failed: \(why).")
    }
  }

  private static func contradiction(_ rules: [Problem.Rule], in problem: Problem) -> String {
    let none = "No portfolio keeps every rule."
    guard !rules.isEmpty else { return none }
    return "\(none) These cannot hold together: \(rules.map(problem.sentence).joined(separator: "; "))."
  }
}
