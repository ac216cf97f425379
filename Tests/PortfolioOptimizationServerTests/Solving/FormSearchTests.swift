import PortfolioOptimizationDomain
import Testing

@testable import PortfolioOptimizationServer

/// Candidates that may be selected whole or in a smaller form.
struct `Searching among forms` {
  /// Candidates A, B, C, … that bring a KPI "K"; a smaller form is its tokens and its value.
  private func problem(
    _ items: [(tokens: Int64, value: Double, smaller: (tokens: Int64, value: Double)?)], capacity: Int64, atLeast: Int64 = 0
  ) -> Problem {
    var problem = Examples.equals(tokens: items.map(\.tokens), values: items.map(\.value), capacity: capacity)
    for (index, item) in items.enumerated() {
      problem.candidates[index].smaller = item.smaller.map {
        .init(tokens: $0.tokens, contributions: [.init(kpiKey: "K", value: $0.value)])
      }
    }
    if atLeast > 0 { problem.tokenBounds = [.init(.everything, .atLeast, atLeast)] }
    return problem
  }

  private func best(_ problem: Problem) async -> [String: Problem.Form]? {
    let outcome = await PortfolioSearch.run(problem)
    #expect(outcome.ending == .proven && outcome.tiesAreBroken)
    return outcome.evaluation?.selectedForms(in: problem)
  }

  @Test func `a mandatory either that fits only as mvp is in as mvp`() async {
    var problem = problem([(100, 10, (40, 4)), (30, 9, nil)], capacity: 50)
    problem.mandatory = [.init(key: "A")]
    #expect(await best(problem) == ["A": .smaller])
    problem.capacityTokens = 110
    #expect(await best(problem) == ["A": .smaller, "B": .whole])
    problem.capacityTokens = 130
    #expect(await best(problem) == ["A": .whole, "B": .whole])
    problem.capacityTokens = 39
    #expect(await PortfolioSearch.run(problem).ending == .infeasible(conflict: [.capacity, .mandatory(0)]))
  }

  @Test func `both forms at the same tokens: the whole`() async {
    #expect(await best(problem([(10, 1, (10, 1))], capacity: 50)) == ["A": .whole])
    // Fewer tokens come before more scope.
    #expect(await best(problem([(10, 1, (9, 1))], capacity: 50)) == ["A": .smaller])
  }

  @Test func `the whole of the earlier key among equals`() async {
    let item: (tokens: Int64, value: Double, smaller: (tokens: Int64, value: Double)?) = (10, 1, (5, 1))
    #expect(await best(problem([item, item, item], capacity: 50, atLeast: 20)) == ["A": .whole, "B": .smaller, "C": .smaller])
    #expect(await best(problem([item, item, item], capacity: 50, atLeast: 25)) == ["A": .whole, "B": .whole, "C": .smaller])
  }

  @Test func `a bundle of either members mixes forms`() async {
    var problem = problem([(100, 10, (40, 9)), (30, 9, (20, 1)), (10, 1, nil)], capacity: 85)
    problem.bundles = [.init(key: "PACK", members: ["A", "B"])]
    #expect(await best(problem) == ["A": .smaller, "B": .whole, "C": .whole])
  }

  @Test func `a needless tail goes even when the forms before it change`() async {
    // A as mvp with B takes the same tokens and brings the same as the whole of A alone.
    #expect(await best(problem([(10, 1, (5, 1)), (5, 0, nil)], capacity: 50, atLeast: 10)) == ["A": .whole])
    // C's place is taken by the whole of B, not by that of A, which would take too many.
    let three = problem([(12, 1, (5, 1)), (7, 1, (5, 1)), (2, 0, nil)], capacity: 50, atLeast: 12)
    #expect(await best(three) == ["A": .smaller, "B": .whole])
  }

  @Test func `either form counts as one, serves rules and completes synergies`() async {
    var problem = problem([(100, 10, (40, 4)), (10, 1, nil), (10, 5, nil)], capacity: 60)
    problem.prerequisites = [.init(key: "C", requires: ["A"])]
    problem.countBounds = [.init(.everything, .atLeast, 2)]
    #expect(await best(problem) == ["A": .smaller, "B": .whole, "C": .whole])
    problem.excludedPairs = [.init("A", "B")]
    #expect(await best(problem) == ["A": .smaller, "C": .whole])
    problem.synergies = [.init(members: ["A", "C"], kpiKey: "K", bonus: 3)]
    #expect(await PortfolioSearch.run(problem).evaluation?.total(of: "K", in: problem).double == 12)
  }

  @Test func `a floor of a KPI is reached by what the form brings`() async {
    var problem = problem([(100, 10, (40, 4)), (60, 3, nil)], capacity: 100)
    problem.kpis.append(.init(key: "COST", lowerIsBetter: true))
    problem.objective.terms = [.init(kpiKey: "COST")]
    problem.candidates[0].contributions.append(.init(kpiKey: "COST", value: 9))
    problem.candidates[0].smaller?.contributions.append(.init(kpiKey: "COST", value: 2))
    problem.targets = [.init(kpiKey: "K", member: .everything, kind: .floor, value: 7)]
    #expect(await best(problem) == ["A": .smaller, "B": .whole])
    problem.targets[0].value = 8
    #expect(await best(problem) == ["A": .whole])
  }
}
