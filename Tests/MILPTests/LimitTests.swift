import MILP
import Synchronization
import Testing

struct `Ending a search early` {
  let hard = RandomModels.marketSplit(rows: 5, columns: 45, seed: 3)

  @Test func `a node limit is exact and repeatable`() throws {
    var options = SolverOptions()
    options.nodeLimit = 2_000
    let first = try Solver.solveBlocking(hard, options: options)
    let second = try Solver.solveBlocking(hard, options: options)
    #expect(first.termination == .nodeLimit)
    #expect(first.effort.nodes > 2_000)
    #expect(first.effort.nodes < 2_100)
    #expect(first.incumbent == second.incumbent)
    #expect(first.bestBound == second.bestBound)
  }

  @Test func `a time limit keeps the incumbent and the bound`() async throws {
    var options = SolverOptions()
    options.timeLimit = .milliseconds(300)
    let solution = try await Solver.solve(hard, options: options)
    #expect(solution.termination == .timeLimit)
    #expect(solution.effort.duration > .milliseconds(250))
    #expect(solution.effort.duration < .seconds(3))
    let incumbent = try #require(solution.incumbent)
    let bound = try #require(solution.bestBound)
    #expect(bound <= incumbent.objective)
    #expect(try #require(solution.relativeGap) > 0)
  }

  @Test func `cancelling at a new incumbent ends the search and keeps it`() async throws {
    let cancellation = Cancellation()
    let seen = Mutex<[Double]>([])
    let solution = try await Solver.solve(hard, cancellation: cancellation) { progress in
      if let objective = progress.incumbentObjective {
        seen.withLock { $0.append(objective) }
        cancellation.cancel()
      }
    }
    #expect(solution.termination == .cancelled)
    let incumbent = try #require(solution.incumbent)
    let told = try #require(seen.withLock { $0.first })
    #expect(abs(incumbent.objective - told) < 1e-6)
  }

  @Test func `cancelling the task ends the search within half a second`() async throws {
    let clock = ContinuousClock()
    let model = hard
    let duration = try await shortest { () async throws -> Duration in
      let (started, signal) = AsyncStream<Void>.makeStream()
      let task = Task { try await Solver.solve(model) { _ in signal.yield() } }
      for await _ in started { break }
      let cancelled = clock.now
      task.cancel()
      #expect(try await task.value.termination == .cancelled)
      return clock.now - cancelled
    }
    #expect(duration < .milliseconds(500))
  }

  @Test func `a first relaxation of many seconds is cancelled within half a second`() async throws {
    let model = RandomModels.largeRelaxation(size: 1_200, seed: 1)
    var options = SolverOptions()
    options.progressInterval = .zero
    let clock = ContinuousClock()
    let duration = try await shortest { [options] () async throws -> Duration in
      let cancellation = Cancellation()
      let (slices, signal) = AsyncStream<Void>.makeStream()
      let task = Task {
        try await Solver.solve(model, options: options, cancellation: cancellation) { _ in signal.yield() }
      }
      for await _ in slices { break }
      let cancelled = clock.now
      cancellation.cancel()
      #expect(try await task.value.termination == .cancelled)
      return clock.now - cancelled
    }
    #expect(duration < .milliseconds(500))
  }

  @Test func `a solve that is cancelled before it starts does nothing`() async throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let solution = try await Solver.solve(hard, cancellation: cancellation)
    #expect(solution.termination == .cancelled)
    #expect(solution.incumbent == nil)
  }

  @Test func `the memory limit is an error, not a crash`() throws {
    var options = SolverOptions()
    options.memoryLimitMegabytes = 1
    let solution = try Solver.solveBlocking(RandomModels.largeRelaxation(size: 300, seed: 2), options: options)
    guard case .failed(let failure) = solution.termination else {
      Issue.record("ended as \(solution.termination)")
      return
    }
    #expect(failure.message.contains("memory"))
    // The environment was made anew: the same thread goes on solving.
    #expect(try Solver.solveBlocking(Model(columns: [.binary("x", objective: 1)])).incumbent?.values == [1])
  }
}
