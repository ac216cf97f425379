import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private func center(_ sync: SyncUnderTest) throws -> String {
  try sync.makeWorkbook([
    ("Candidates", [["initiative_key", "engineering_tokens", "is_selected_for_run"], ["INIT-1", 5, true]]),
    ("Runs", [["run_id", "scenario_name", "constraint_set_name", "optimization_db_status", "run_status"]]),
    ("Results", [["initiative_key", "run_id", "selected", "allocated_tokens", "run_status"]]),
    ("Gaps_Alerts", [["scenario_name", "constraint_set_name", "country", "kpi_key", "target_value"]]),
  ])
}

extension SyncUnderTest {
  fileprivate func cancel(_ path: String, runID: String = "") async throws -> ActionRun {
    try await run(
      RunActionRequest(
        action: "pm.optimize.cancel", workbookPath: path, scenarioName: runID.isEmpty ? "Q1-2026 Core" : "",
        constraintSetName: runID.isEmpty ? "Baseline" : "", runId: runID, actor: "ada"))
  }

  /// Optimizes, cancels once the run is under way, and gives both actions. The optimizer ends the run as `ended`.
  fileprivate func optimizeAndCancel(_ path: String, ended: Run, runID: String) async throws -> (
    optimize: ActionRun, cancel: ActionRun
  ) {
    let (watches, watch) = AsyncStream.makeStream(of: Void.self)
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    optimizer.watched.withLock {
      $0 = {
        watch.yield(())
        for await _ in ends { break }
      }
    }
    optimizer.cancellation.withLock {
      $0 = { [optimizer] id in
        // From here on the run is asked for by its name, and has ended.
        optimizer.list.withLock { $0 = [ended] }
        end.yield(())
        return Run(runId: id, status: .running)
      }
    }
    optimizer.ended.withLock { $0 = ended }
    var running = ended
    running.status = .running
    optimizer.list.withLock { [running] in $0 = [running] }
    async let optimized = optimize(path, selected: false)
    for await _ in watches { break }
    let cancelled = try await cancel(path, runID: runID)
    return (try await optimized, cancelled)
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct CancelActionTests {
  private let id = "run_20260105T120102Z_a1b2c3d4"

  @Test(arguments: [true, false])
  func `a cancelled run ends the action that follows it with the best portfolio found, and says so`(isNamed: Bool) async throws {
    try await withSync { sync in
      let path = try center(sync)
      var ended = Run.example(id)
      ended.status = .cancelled
      ended.message = ""
      ended.result?.relativeGap = 0.012
      let (optimized, cancelled) = try await sync.optimizeAndCancel(path, ended: ended, runID: isNamed ? id : "")
      #expect(cancelled.status == .ok && cancelled.runId == id && cancelled.message.contains("is being cancelled"))
      #expect(sync.optimizer.cancelled.withLock { $0 } == [id])
      #expect(optimized.status == .ok && optimized.message.contains("cancelled, gap 1.2 %"), "\(optimized.message)")
      #expect(try await sync.statuses(of: "Runs", in: path) == [2: "OK (warning): cancelled, gap 1.2 %"])
      #expect(try await sync.column("optimization_db_status", of: "Runs", in: path) == [2: .text("cancelled")])
      #expect(try await sync.column("selected", of: "Results", in: path).count == 2)
    }
  }

  @Test func `a run that is cancelled before it has a portfolio is listed as such, and the action has failed`() async throws {
    try await withSync { sync in
      let path = try center(sync)
      var ended = Run.example(id)
      ended.status = .cancelled
      ended.message = ""
      ended.result = nil
      let (optimized, _) = try await sync.optimizeAndCancel(path, ended: ended, runID: id)
      #expect(optimized.status == .failed && optimized.message.contains("FAILED: cancelled"), "\(optimized.message)")
      #expect(try await sync.statuses(of: "Runs", in: path) == [2: "FAILED: cancelled"])
      #expect(try await sync.column("run_id", of: "Results", in: path) == [:])
    }
  }

  @Test func `the answer comes as soon as the optimizer's`() async throws {
    try await withSync { sync in
      let path = try center(sync)
      let answeredAt = Mutex<ContinuousClock.Instant?>(nil)
      sync.optimizer.cancellation.withLock {
        $0 = { id in
          answeredAt.withLock { $0 = .now }
          return Run(runId: id, status: .running)
        }
      }
      // Of several, the quickest: what else this machine does meanwhile is not at issue.
      var quickest = Duration.seconds(60)
      for _ in 0..<5 {
        #expect(try await sync.cancel(path, runID: id).status == .ok)
        quickest = min(quickest, ContinuousClock.now - (try #require(answeredAt.withLock { $0 })))
      }
      #expect(quickest < .milliseconds(250))
    }
  }

  @Test func `a run that has ended is left as it ended, and none to cancel is said`() async throws {
    try await withSync { sync in
      let path = try center(sync)
      sync.optimizer.cancellation.withLock { $0 = { Run(runId: $0, status: .success) } }
      let late = try await sync.cancel(path, runID: id)
      #expect(late.status == .ok && late.message.contains("had ended already (success)"))
      sync.optimizer.list.withLock { $0 = [.example(id)] }
      let none = try await sync.cancel(path)
      #expect(none.status == .failed && none.message.contains("queued or running"))
      sync.optimizer.cancellation.withLock { $0 = { throw RPCError(.notFound, "There is no run \"\($0)\".") } }
      let unknown = try await sync.cancel(path, runID: "run_9")
      #expect(unknown.status == .failed && unknown.message.contains("no run \"run_9\""))
    }
  }

  @Test func `a workbook that is in use, open or gone keeps nobody from cancelling`() async throws {
    try await withSync { sync in
      let path = try center(sync)
      let whileHeld = try await sync.context.locks.holding(path) { try await sync.cancel(path, runID: id).status }
      #expect(whileHeld == .ok)
      #expect(removeFile(path))
      #expect(try await sync.cancel(path, runID: id).status == .ok)
    }
  }
}
