import PortfolioOptimizationDomain
import Testing

struct `Forms of a candidate` {
  private let problem = Examples.problemOfForms()
  private let mixed: [String: Problem.Form] = ["A": .smaller, "B": .whole, "C": .whole, "D": .whole]

  private func reasons(_ forms: [String: Problem.Form], in problem: Problem) -> [String: String] {
    let all = Reasons(problem, Examples.evaluation(forms, in: problem)).all()
    return Dictionary(uniqueKeysWithValues: zip(problem.candidates.map(\.key), all))
  }

  @Test func `count for what they take and bring`() {
    let evaluation = Examples.evaluation(mixed, in: problem)
    #expect(evaluation.tokens == 75 && evaluation.selectedCount == 4)
    // The synergy of A and B is complete in either form.
    #expect(evaluation.objective(in: problem) == 16.5)
    #expect(evaluation.selectedForms(in: problem) == mixed)
    #expect(Examples.evaluation(Examples.best, in: problem).tokens == 100)
  }

  @Test func `have faults of their own`() {
    #expect(problem.faults() == [])
    func expectFault(_ words: String, _ change: (inout Problem.Candidate) -> Void) {
      var problem = problem
      change(&problem.candidates[0])
      #expect(problem.faults().contains { $0.contains(words) }, "\(words): \(problem.faults())")
    }
    expectFault("the mvp of A has -1 tokens") { $0.smaller?.tokens = -1 }
    expectFault("the mvp of A contributes to a KPI twice") { $0.smaller?.contributions.append(.init(kpiKey: "SALES", value: 1)) }
    expectFault("contribution inf of the mvp of A") { $0.smaller?.contributions[0].value = .infinity }
    expectFault("\"NOPE\" is not a KPI") { $0.smaller?.contributions[0].kpiKey = "NOPE" }
    expectFault("A is its mvp and has an mvp besides") { $0.form = .smaller }
  }

  @Test func `have one canonical order of contributions`() {
    var problem = problem
    problem.candidates[0].smaller?.contributions.append(.init(kpiKey: "CHURN", value: 1))
    #expect(problem.canonical().candidates[0].smaller?.contributions.map(\.kpiKey) == ["CHURN", "SALES"])
  }

  @Test func `are verified: the form, its tokens, its gains and every rule`() {
    let claim = Examples.claim(Examples.evaluation(mixed, in: problem), in: problem)
    func objections(_ change: (inout Verifier.Claim) -> Void) -> [String] {
      var changed = claim
      change(&changed)
      return Verifier(problem).objections(to: changed)
    }
    #expect(objections { _ in } == [])
    #expect(objections { $0.items[0].tokens = 40 } == ["A is claimed to take 40 tokens, as mvp it takes 15"])
    #expect(objections { $0.items[0].gains[0].value = 10 } == ["the gains of A are not what it brings as mvp"])
    #expect(objections { $0.items[1].form = .smaller }.first == "B is selected as mvp, which it cannot be")
    // Whole, A takes 25 tokens more and brings 6 more.
    #expect(
      objections { $0.items[0].form = .whole } == [
        "A is claimed to take 15 tokens, whole it takes 40", "the gains of A are not what it brings whole",
        "75 tokens are claimed, 100 are used", "SALES is claimed to be 16.5, it is 22.5",
        "the objective is claimed to be 16.5, it is 22.5",
      ])
    // In both forms at once.
    let whole = Verifier.Claim.Item(key: "A", form: .whole, tokens: 40, gains: [.init(kpiKey: "SALES", value: 10)])
    #expect(objections { $0.items.append(whole) }.first == "A is selected twice")
  }

  @Test func `are held against each rule that counts tokens or KPIs`() {
    var problem = problem
    problem.capacityTokens = 75
    problem.tokenBounds = [.init(.init(.country, "GB"), .atMost, 45), .init(.init(.country, "GB"), .atLeast, 46)]
    problem.targets = [
      .init(kpiKey: "SALES", member: .init(.country, "GB"), kind: .floor, value: 10),
      .init(kpiKey: "SALES", member: .init(.country, "GB"), kind: .floor, value: 11),
    ]
    let verifier = Verifier(problem)
    #expect(verifier.brokenRules(mixed) == [.tokenBound(1), .target(1)])
    #expect(verifier.brokenRules(Examples.wholes(Examples.best)) == [.capacity, .tokenBound(0)])
  }

  @Test func `of an mvp alone leave no choice`() {
    var problem = problem
    problem.candidates[1].form = .smaller
    let claim = Examples.claim(Examples.evaluation(Examples.best, in: problem), in: problem)
    #expect(claim.items[1].form == .smaller && Verifier(problem).objections(to: claim) == [])
    var changed = claim
    changed.items[1].form = .whole
    #expect(Verifier(problem).objections(to: changed).first == "B is selected whole, which it cannot be")
  }

  @Test func `have reasons: why not the whole`() {
    var problem = problem
    problem.capacityTokens = 87
    #expect(
      reasons(mixed, in: problem)["A"]
        == "brings 4 SALES for 15 tokens (0.2667 per token); in as mvp: the whole needs 40 tokens, 25 more, and 12 are left")
    problem.capacityTokens = 100
    problem.tokenBounds.append(.init(.init(.country, "GB"), .atMost, 50, source: Cell(tab: "Constraints", row: 12)))
    #expect(
      reasons(mixed, in: problem)["A"]
        == "brings 4 SALES for 15 tokens (0.2667 per token); in as mvp: no room for 25 more tokens under "
        + "Constraints row 12 (at most 50 tokens for country GB), 45 are used")
    problem.tokenBounds.removeLast()
    #expect(reasons(mixed, in: problem)["A"]?.hasSuffix("would break a rule or serve the objective no better") == true)
    #expect(reasons(Examples.wholes(Examples.best), in: problem)["A"] == "brings 10 SALES for 40 tokens (0.25 per token)")
  }

  @Test func `have reasons: why neither`() {
    var problem = problem
    problem.excludedPairs = []
    problem.capacityTokens = 60
    #expect(
      reasons(["B": .whole, "C": .whole, "D": .whole], in: problem)["A"]
        == "brings 10 SALES for 40 tokens (0.25 per token); as mvp it brings 4 SALES for 15 tokens (0.2667 per token); 0 tokens are left"
    )
    problem.capacityTokens = 14
    #expect(reasons([:], in: problem)["A"] == "needs 15 tokens, more than the capacity of 14")
  }

  @Test func `help a missed goal when they are exchanged`() {
    #expect(
      Examples.evaluation(mixed, in: problem).gaps(in: problem)[0].recommendation
        == "SALES of the whole portfolio misses its goal by 14; unselected and helping most per token: F (8 for 25 tokens), "
        + "the whole of A instead of its mvp (6 for 25 more tokens), E (9 for 60 tokens); 25 tokens are left")
    var turned = problem
    turned.kpis[0].lowerIsBetter = true
    turned.targets = [.init(kpiKey: "SALES", member: .everything, kind: .goal, value: 1)]
    #expect(
      Examples.evaluation(["A": .whole], in: turned).gaps(in: turned)[0].recommendation
        .contains("the mvp of A instead of the whole (6 for 25 fewer tokens)"))
  }
}
