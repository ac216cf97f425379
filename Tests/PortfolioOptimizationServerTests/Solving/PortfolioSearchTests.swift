import MILP
import PortfolioOptimizationDomain
import SeededNumbers
import Testing

@testable import PortfolioOptimizationServer

struct `Searching for the best portfolio` {
  @Test func `finds the very portfolio that trying everything finds`() async throws {
    for seed in UInt64(1)...400 { try await findsTheBest(seed: seed, hasForms: false) }
  }

  @Test func `finds the very portfolio that trying everything finds in every form`() async throws {
    for seed in UInt64(1)...400 { try await findsTheBest(seed: seed, hasForms: true) }
  }

  private func findsTheBest(seed: UInt64, hasForms: Bool) async throws {
    let random = RandomProblem(seed: seed, hasForms: hasForms)
    let problem = random.problem
    try #require(problem.faults() == [], "seed \(seed)")
    let expected = BruteForce(random).best()
    let outcome = await PortfolioSearch.run(problem)
    guard let expected else {
      guard case .infeasible(let conflict) = outcome.ending else {
        Issue.record("seed \(seed) ended as \(outcome.ending)")
        return
      }
      #expect(outcome.evaluation == nil)
      #expect(!conflict.isEmpty, "seed \(seed)")
      return
    }
    #expect(outcome.ending == .proven, "seed \(seed)")
    #expect(outcome.tiesAreBroken, "seed \(seed)")
    let evaluation = try #require(outcome.evaluation, "seed \(seed)")
    #expect(evaluation.selectedForms(in: problem.canonical()) == expected, "seed \(seed), \(random.mode)")
    let whole = Examples.keep(expected, of: problem)
    #expect(evaluation.worths[0].compared(to: whole.worths[0]) == 0, "seed \(seed)")
    #expect(outcome.relativeGap == 0)
    #expect(outcome.bestBound == evaluation.objective(in: problem.canonical()))
  }

  @Test func `does not care about the order of rows`() async {
    for seed in UInt64(500)...560 {
      await isTheSameShuffled(seed: seed, hasForms: false)
      await isTheSameShuffled(seed: seed, hasForms: true)
    }
  }

  private func isTheSameShuffled(seed: UInt64, hasForms: Bool) async {
    let problem = RandomProblem(seed: seed, hasForms: hasForms).problem
    var random = SeededGenerator(seed: seed)
    var shuffled = problem
    shuffled.candidates.shuffle(using: &random)
    shuffled.kpis.shuffle(using: &random)
    shuffled.tokenBounds.shuffle(using: &random)
    shuffled.countBounds.shuffle(using: &random)
    shuffled.excludedPairs.shuffle(using: &random)
    shuffled.bundles.shuffle(using: &random)
    shuffled.prerequisites.shuffle(using: &random)
    shuffled.synergies.shuffle(using: &random)
    shuffled.targets.shuffle(using: &random)
    for index in shuffled.candidates.indices { shuffled.candidates[index].smaller?.contributions.shuffle(using: &random) }
    for index in shuffled.bundles.indices { shuffled.bundles[index].members.shuffle(using: &random) }
    let (first, second) = (await PortfolioSearch.run(problem), await PortfolioSearch.run(shuffled))
    // Nodes and iterations too: not just the answer, the whole path is the same.
    #expect(first == second, "seed \(seed)")
  }

  @Test func `takes the fewest tokens among equals, then the earliest keys`() async {
    let problem = Examples.equals(tokens: [10, 10, 20, 10], values: [1, 1, 2, 1], capacity: 20)
    let outcome = await PortfolioSearch.run(problem)
    #expect(outcome.evaluation?.selectedKeys(in: problem) == ["A", "B"])
    let cheaper = Examples.equals(tokens: [10, 10, 15, 10], values: [1, 1, 2, 1], capacity: 20)
    #expect(await PortfolioSearch.run(cheaper).evaluation?.selectedKeys(in: cheaper) == ["C"])
  }

  @Test func `leaves out what costs nothing and brings nothing at the end of the keys`() async {
    let problem = Examples.equals(tokens: [10, 0, 0], values: [1, 0, 0], capacity: 20)
    #expect(await PortfolioSearch.run(problem).evaluation?.selectedKeys(in: problem) == ["A"])
  }

  @Test func `tells values apart that differ in the eleventh digit`() async {
    let problem = Examples.equals(tokens: [10, 10, 10], values: [1_000_000, 1_000_000.0001, 0.0001], capacity: 20)
    #expect(await PortfolioSearch.run(problem).evaluation?.selectedKeys(in: problem) == ["A", "B"])
    let single = Examples.equals(tokens: [10, 10], values: [1_000_000, 1_000_000.0001], capacity: 10)
    #expect(await PortfolioSearch.run(single).evaluation?.selectedKeys(in: single) == ["B"])
    let tiny = Examples.equals(tokens: [10, 10], values: [1_000_000, 0.0001], capacity: 20)
    #expect(await PortfolioSearch.run(tiny).evaluation?.selectedKeys(in: tiny) == ["A", "B"])
  }

  @Test func `counts a portfolio of nothing`() async {
    let problem = Examples.equals(tokens: [10, 10], values: [-1, 0], capacity: 20)
    let outcome = await PortfolioSearch.run(problem)
    #expect(outcome.ending == .proven)
    #expect(outcome.evaluation?.selectedKeys(in: problem) == [])
    let none = Examples.equals(tokens: [], values: [], capacity: 20)
    #expect(await PortfolioSearch.run(none).ending == .proven)
  }

  @Test func `answers a problem of the demo's size in less than a second, the same each time`() async throws {
    let problem = Examples.roadmap(candidates: 60, seed: 1)
    let known = await PortfolioSearch.run(problem)
    #expect(known.ending == .proven)
    #expect(try #require(known.evaluation).selectedCount > 10)
    let clock = ContinuousClock()
    let duration = await shortest {
      let start = clock.now
      #expect(await PortfolioSearch.run(problem) == known)
      return clock.now - start
    }
    #expect(duration < .seconds(1))
  }
}

struct `A search that ends early` {
  /// Strongly correlated values under several caps: out of reach of branch and bound for minutes.
  private let hard = Examples.correlated(candidates: 120, seed: 5)

  @Test func `keeps the best portfolio so far when it is cancelled, within half a second`() async throws {
    let problem = hard
    let clock = ContinuousClock()
    var outcome = SearchOutcome(ending: .proven)
    let duration = await shortest {
      let cancellation = Cancellation()
      let (told, signal) = AsyncStream<SearchProgress>.makeStream()
      let task = Task { await PortfolioSearch.run(problem, cancellation: cancellation) { signal.yield($0) } }
      for await progress in told where progress.incumbent != nil { break }
      let cancelled = clock.now
      cancellation.cancel()
      outcome = await task.value
      return clock.now - cancelled
    }
    #expect(duration < .milliseconds(500))
    #expect(outcome.ending == .cancelled)
    let evaluation = try #require(outcome.evaluation)
    #expect(Verifier(problem.canonical()).brokenRules(evaluation.selectedForms(in: problem.canonical())) == [])
    #expect(try #require(outcome.bestBound) >= evaluation.objective(in: problem.canonical()))
    #expect(try #require(outcome.relativeGap) > 0)
  }

  @Test func `says that its time ran out, with the gap that is left`() async throws {
    let outcome = await PortfolioSearch.run(hard, limits: SearchLimits(time: .milliseconds(400)))
    #expect(outcome.ending == .timeLimit)
    #expect(outcome.evaluation != nil)
    #expect(try #require(outcome.relativeGap) > 0)
  }

  @Test func `stops at a node limit, the same each time`() async {
    let first = await PortfolioSearch.run(hard, limits: SearchLimits(nodes: 500))
    #expect(first.ending == .nodeLimit)
    #expect(await PortfolioSearch.run(hard, limits: SearchLimits(nodes: 500)) == first)
  }
}

struct `Rules that contradict each other` {
  @Test func `are named, no more of them than it takes`() async {
    var problem = Examples.equals(tokens: [10, 20, 30], values: [1, 2, 3], capacity: 35)
    problem.mandatory = [.init(key: "B", source: Cell(tab: "Constraints", row: 4)), .init(key: "A")]
    problem.tokenBounds = [
      .init(.everything, .atMost, 100), .init(.init(.country, "GB"), .atLeast, 50, source: Cell(tab: "Constraints", row: 9)),
    ]
    problem.countBounds = [.init(.everything, .atMost, 3)]
    let outcome = await PortfolioSearch.run(problem)
    #expect(outcome.ending == .infeasible(conflict: [.capacity, .tokenBound(1)]))
    #expect(problem.canonical().sentence(for: .tokenBound(1)) == "Constraints row 9 (at least 50 tokens for country GB)")
  }

  @Test func `are found without a solver when they are plain`() async {
    var problem = Examples.equals(tokens: [10, 20, 30], values: [1, 2, 3], capacity: 95)
    problem.mandatory = [.init(key: "A")]
    problem.excluded = [.init(key: "C")]
    problem.bundles = [.init(key: "ALL", members: ["A", "C"])]
    let crossed = await PortfolioSearch.run(problem).ending
    #expect(crossed == .infeasible(conflict: [.mandatory(0), .excluded(0), .bundle(0)]))
    problem.mandatory = [.init(key: "GONE")]
    #expect(await PortfolioSearch.run(problem).ending == .infeasible(conflict: [.mandatory(0)]))
    problem.mandatory = []
    problem.targets = [.init(kpiKey: "K", member: .init(.country, "NOWHERE"), kind: .floor, value: 1e-9)]
    #expect(await PortfolioSearch.run(problem).ending == .infeasible(conflict: [.target(0)]))
  }

  @Test func `never are goals`() async {
    var problem = Examples.equals(tokens: [10], values: [1], capacity: 35)
    problem.targets = [.init(kpiKey: "K", member: .everything, kind: .goal, value: 1_000)]
    #expect(await PortfolioSearch.run(problem).ending == .proven)
  }
}
