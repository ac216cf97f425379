import PortfolioOptimizationDomain
import Testing

struct `A portfolio's worth` {
  @Test func `adds up contributions, synergies and tokens`() {
    let problem = Examples.problem()
    let evaluation = Examples.evaluation(Examples.best, in: problem)
    #expect(evaluation.tokens == 100)
    #expect(evaluation.selectedCount == 4)
    #expect(evaluation.total(of: "SALES", in: problem).double == 22.5)
    #expect(evaluation.objective(in: problem) == 22.5)
    #expect(Examples.evaluation(["A"], in: problem).objective(in: problem) == 10)
    #expect(Examples.evaluation([], in: problem).objective(in: problem) == 0)
  }

  @Test func `turns KPIs where lower is better when it compares, not when it reports`() {
    var problem = Examples.problem()
    problem.kpis[0].lowerIsBetter = true
    let less = Examples.evaluation(["D"], in: problem)
    let more = Examples.evaluation(["A"], in: problem)
    #expect(less.worths[0].compared(to: more.worths[0]) == 1)
    #expect(less.objective(in: problem) == 1)
    #expect(!problem.maximizes)
  }

  @Test func `is equal on paper when it is equal on paper`() {
    let thirds = Problem.Objective(
      mode: .weightedKPIs, terms: [.init(kpiKey: "X", weight: 0.1, normalizer: 3), .init(kpiKey: "Y", weight: 0.2, normalizer: 7)])
    let problem = Problem(
      capacityTokens: 10, objective: thirds, kpis: [.init(key: "X"), .init(key: "Y")],
      candidates: [
        .init(key: "A", tokens: 1, contributions: [.init(kpiKey: "X", value: 6)]),
        .init(key: "B", tokens: 1, contributions: [.init(kpiKey: "Y", value: 7)]),
        .init(key: "C", tokens: 1, contributions: [.init(kpiKey: "Y", value: 7.000000000001)]),
      ])
    let worths = ["A", "B", "C"].map { Examples.evaluation([$0], in: problem).worths[0] }
    #expect(worths[0].compared(to: worths[1]) == 0)
    #expect(worths[0].compared(to: worths[2]) == -1)
    #expect(worths[2].compared(to: worths[1]) == 1)
  }
}

struct `Gaps` {
  @Test func `say what is missing, how bad it is and what would help`() throws {
    let problem = Examples.problem()
    let gaps = Examples.evaluation(Examples.best, in: problem).gaps(in: problem)
    #expect(gaps.map(\.missing.double) == [8, -1, 0])
    #expect(gaps.map(\.severity) == [.critical, .ok, .ok])
    #expect(gaps[1].achieved.double == 7)
    #expect(
      gaps[0].recommendation
        == "SALES of the whole portfolio misses its goal by 8; unselected and helping most per token: F (8 for 25 tokens), "
        + "E (9 for 60 tokens); 0 tokens are left")
    #expect(gaps[1].recommendation == "")
  }

  @Test func `warn of a near miss`() {
    var problem = Examples.problem()
    problem.targets[0].value = 24
    let gap = Examples.evaluation(Examples.best, in: problem).gaps(in: problem)[0]
    #expect(gap.missing.double == 2)
    #expect(gap.severity == .warning)
  }

  @Test func `turn goals of KPIs where lower is better`() {
    var problem = Examples.problem()
    problem.kpis[0].lowerIsBetter = true
    problem.targets = [.init(kpiKey: "SALES", member: .everything, kind: .goal, value: 4, baseline: 1)]
    #expect(Examples.evaluation(["B"], in: problem).gaps(in: problem)[0].missing.double == 3)
    let helped = Examples.evaluation(["D"], in: problem).gaps(in: problem)[0]
    #expect(helped.missing.double == -2)
    #expect(helped.severity == .ok)
  }

  @Test func `say when nothing would help`() {
    var problem = Examples.problem()
    problem.targets = [.init(kpiKey: "CHURN", member: .everything, kind: .floor, value: 1)]
    let gap = Examples.evaluation([], in: problem).gaps(in: problem)[0]
    #expect(gap.severity == .critical)
    #expect(gap.recommendation.contains("no unselected candidate would help"))
  }
}

struct `The verifier` {
  let problem = Examples.problem()

  @Test func `accepts the best portfolio as it is`() {
    #expect(Verifier(problem).objections(to: Examples.claim(Examples.best, in: problem)) == [])
  }

  @Test(
    arguments: [
      (["A", "B", "C", "D", "F"], Problem.Rule.prerequisite(0)), (["A", "B", "C"], .mandatory(0)),
      (["A", "B", "C", "D", "G"], .excluded(0)),
      (["A", "E", "C", "D"], .excludedPair(0)), (["A", "B", "D"], .bundle(0)), (["A", "D"], .tokenBound(0)),
      (["A", "B", "C", "D", "E", "F"], .countBound(0)), (["E", "F", "B", "C", "D"], .capacity), (["A", "D"], .target(1)),
      (["A", "E", "D"], .target(2)),
    ])
  func `finds each kind of broken rule`(keys: [String], rule: Problem.Rule) {
    #expect(Verifier(problem).brokenRules(Examples.wholes(keys)).contains(rule))
    let objections = Verifier(problem).objections(to: Examples.claim(keys, in: problem))
    #expect(objections.contains { $0.contains(problem.sentence(for: rule)) })
  }

  @Test func `finds every wrong number`() {
    func objections(_ change: (inout Verifier.Claim) -> Void) -> [String] {
      var claim = Examples.claim(Examples.best, in: problem)
      change(&claim)
      return Verifier(problem).objections(to: claim)
    }
    #expect(objections { $0.tokens = 99 } == ["99 tokens are claimed, 100 are used"])
    #expect(objections { $0.objective = 22.4 } == ["the objective is claimed to be 22.4, it is 22.5"])
    #expect(objections { $0.kpiTotals["CHURN"] = 1 } == ["CHURN is claimed to be 1.0, it is 0.0"])
    #expect(objections { $0.kpiTotals["CHURN"] = nil }.count == 1)
    #expect(objections { $0.items.append($0.items[0]) } == ["A is selected twice"])
    let stranger = Verifier.Claim.Item(key: "Z", form: .whole, tokens: 0, gains: [])
    #expect(objections { $0.items.append(stranger) } == ["Z is selected but is not a candidate"])
    #expect(objections { $0.items[0].tokens = 39 } == ["A is claimed to take 39 tokens, whole it takes 40"])
    #expect(objections { $0.items[0].gains = [] } == ["the gains of A are not what it brings whole"])
    #expect(objections { $0.items[0].gains[0].value = 9 } == ["the gains of A are not what it brings whole"])
  }

  @Test func `holds rules about initiatives that are not candidates`() {
    var problem = problem
    problem.prerequisites = [.init(key: "A", requires: ["GONE"])]
    problem.bundles = [.init(key: "PACK", members: ["B", "GONE"])]
    problem.mandatory = [.init(key: "GONE")]
    #expect(
      Verifier(problem).brokenRules(Examples.wholes(["A", "B"])).isSuperset(of: [.prerequisite(0), .bundle(0), .mandatory(0)]))
  }
}

extension [Problem.Rule] {
  fileprivate func isSuperset(of others: [Problem.Rule]) -> Bool { others.allSatisfy(contains) }
}

struct `The reasons of a portfolio` {
  private func reasons(_ keys: [String], in problem: Problem) -> [String: String] {
    let all = Reasons(problem, Examples.evaluation(keys, in: problem)).all()
    return Dictionary(uniqueKeysWithValues: zip(problem.candidates.map(\.key), all))
  }

  @Test func `are short and true`() {
    let reasons = reasons(Examples.best, in: Examples.problem())
    #expect(reasons["A"] == "brings 10 SALES for 40 tokens (0.25 per token)")
    #expect(reasons["B"] == "bundle PACK is in (Constraints row 7); brings 6 SALES for 30 tokens (0.2 per token)")
    #expect(reasons["D"] == "mandatory (Constraints row 4): law")
    #expect(reasons["E"] == "cannot go with A, which is in (Constraints row 6)")
    #expect(reasons["F"] == "needs E, which is out (Constraints row 8)")
    #expect(reasons["G"] == "excluded (Constraints row 5)")
  }

  @Test func `tell what an initiative is needed by, and which bundle is out`() {
    let reasons = reasons(["D", "E", "F"], in: Examples.problem())
    #expect(reasons["E"] == "needed by F; brings 9 SALES for 60 tokens (0.15 per token)")
    #expect(reasons["B"] == "bundle PACK is out (Constraints row 7)")
  }

  @Test func `tell of full rules, missing tokens and deadlines inside the period`() {
    var problem = Examples.problem()
    problem.bundles = []
    problem.excludedPairs = []
    problem.prerequisites = []
    problem.candidates[0].deadline = "2026-02-14"
    problem.candidates[4].tokens = 101
    problem.tokenBounds.append(.init(.init(.country, "GB"), .atMost, 50, source: Cell(tab: "Constraints", row: 12)))
    let reasons = reasons(["B", "D"], in: problem)
    #expect(
      reasons["A"]
        == "no room for 40 tokens under Constraints row 12 (at most 50 tokens for country GB), 30 are used; "
        + "brings 10 SALES for 40 tokens (0.25 per token); its deadline 2026-02-14 is inside 2026-Q1")
    #expect(reasons["E"] == "needs 101 tokens, more than the capacity of 100")
  }

  @Test func `tell who misses a deadline inside the period, and nobody else`() {
    var problem = Examples.problem()
    problem.candidates[0].deadline = "2026-02-14"
    problem.candidates[4].deadline = "2026-03-31"
    problem.candidates[4].source = Cell(tab: "Candidates", row: 6)
    problem.candidates[5].deadline = "2026-04-01"
    problem.candidates[6].deadline = "2026-01-01"
    let missed = Reasons(problem, Examples.evaluation(Examples.best, in: problem)).missedDeadlines()
    #expect(missed.map(\.key) == ["E", "G"] && missed.map(\.deadline) == ["2026-03-31", "2026-01-01"])
    #expect(
      missed.first?.message
        == "E misses its deadline 2026-03-31 (Candidates row 6), which is inside 2026-Q1: it is left out, for it cannot go with A, "
        + "which is in (Constraints row 6); a deadline forces nothing in, is_mandatory does")
    #expect(missed.first?.source == Cell(tab: "Candidates", row: 6))
    problem.periodKey = "2027"
    #expect(Reasons(problem, Examples.evaluation(Examples.best, in: problem)).missedDeadlines() == [])
  }

  @Test func `point at the minimum that something worthless serves`() {
    var problem = Examples.problem()
    problem.mandatory = []
    problem.candidates[3].contributions = []
    #expect(
      reasons(["D"], in: problem)["D"]
        == "counts towards Constraints row 2 (at least 20 tokens for country DE); brings nothing to the objective for 10 tokens")
  }
}
