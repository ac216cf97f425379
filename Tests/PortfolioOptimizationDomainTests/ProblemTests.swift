import PortfolioOptimizationDomain
import Testing

struct `A problem` {
  @Test func `is without faults as the example stands`() {
    #expect(Examples.problem().faults() == [])
  }

  @Test func `has a fault for everything that means nothing`() {
    func expectFault(_ words: String, _ change: (inout Problem) -> Void) {
      var problem = Examples.problem()
      change(&problem)
      let faults = problem.faults()
      #expect(faults.contains { $0.contains(words) }, "\(words): \(faults)")
    }
    expectFault("capacity is -1") { $0.capacityTokens = -1 }
    expectFault("names no KPI") { $0.objective.terms = [] }
    expectFault("has one KPI, not 2") { $0.objective.terms.append(.init(kpiKey: "CHURN")) }
    expectFault("\"NOPE\" is not a KPI") { $0.objective.terms[0].kpiKey = "NOPE" }
    expectFault("KPI is listed twice") { $0.kpis.append(.init(key: "SALES")) }
    expectFault("names a KPI twice") {
      $0.objective = .init(mode: .lexicographic, terms: [.init(kpiKey: "SALES"), .init(kpiKey: "SALES")])
    }
    expectFault("weight of SALES") { $0.objective = .init(mode: .weightedKPIs, terms: [.init(kpiKey: "SALES", weight: 0)]) }
    expectFault("normalizer of SALES") {
      $0.objective = .init(mode: .weightedKPIs, terms: [.init(kpiKey: "SALES", normalizer: .nan)])
    }
    expectFault("tolerance of SALES") { $0.objective.terms[0].tolerance = 1.5 }
    expectFault("A is a candidate twice") { $0.candidates.append(Examples.candidate("A", 1, 1)) }
    expectFault("without a key") { $0.candidates[0].key = "" }
    expectFault("-5 tokens") { $0.candidates[0].tokens = -5 }
    expectFault("contributes to a KPI twice") { $0.candidates[0].contributions.append(.init(kpiKey: "SALES", value: 1)) }
    expectFault("contribution nan of A") { $0.candidates[0].contributions[0].value = .nan }
    expectFault("Candidates row 2: \"NOPE\"") { $0.candidates[0].contributions[0].kpiKey = "NOPE" }
    expectFault("Constraints row 2: the country is missing") { $0.tokenBounds[0].member.key = "" }
    expectFault("has no member \"X\"") { $0.countBounds[0].member.key = "X" }
    expectFault("-1 initiatives") { $0.countBounds[0].limit = -1 }
    expectFault("Targets row 2: the target value") { $0.targets[0].value = .infinity }
    expectFault("Targets row 2: the baseline") { $0.targets[0].baseline = 1e300 }
    expectFault("bonus nan") { $0.synergies[0].bonus = .nan }
    expectFault("synergy without initiatives") { $0.synergies[0].members = [] }
    expectFault("more than 20000") { $0.candidates = Array(repeating: $0.candidates[0], count: 20_001) }
  }

  @Test func `has one canonical order, whatever order its rows came in`() {
    let problem = Examples.problem()
    var shuffled = problem
    shuffled.candidates.reverse()
    shuffled.kpis.reverse()
    shuffled.targets.reverse()
    shuffled.bundles[0].members.reverse()
    shuffled.synergies[0].members.reverse()
    shuffled.excludedPairs[0] = .init("E", "A", source: problem.excludedPairs[0].source)
    #expect(shuffled != problem)
    #expect(shuffled.canonical() == problem.canonical())
    #expect(problem.canonical().canonical() == problem.canonical())
  }

  @Test func `keeps the order of lexicographic levels and sorts weighted terms`() {
    var problem = Examples.problem()
    let terms: [Problem.Term] = [.init(kpiKey: "SALES"), .init(kpiKey: "CHURN")]
    problem.objective = .init(mode: .lexicographic, terms: terms)
    #expect(problem.canonical().objective.terms == terms)
    problem.objective.mode = .weightedKPIs
    #expect(problem.canonical().objective.terms == terms.reversed())
  }

  @Test func `names its rules by their cells`() {
    let problem = Examples.problem()
    #expect(problem.sentence(for: .tokenBound(0)) == "Constraints row 2 (at least 20 tokens for country DE)")
    #expect(problem.sentence(for: .countBound(0)) == "Constraints row 3 (at most 5 initiatives for the whole portfolio)")
    #expect(problem.sentence(for: .prerequisite(0)) == "Constraints row 8 (F needs E)")
    #expect(problem.sentence(for: .target(1)) == "Targets row 3 (SALES of country DE at least 6)")
    #expect(problem.sentence(for: .capacity) == "Scenario_Config (at most 100 tokens in all, scenario Base)")
    #expect(problem.hardRules.count == 10)
    #expect(!problem.hardRules.contains(.target(0)))
  }
}

struct `A period` {
  @Test func `knows its dates from its key`() throws {
    #expect(try #require(Period("2026-Q1")).contains(date: "2026-03-31"))
    #expect(try #require(Period("2026-Q1")).contains(date: "2026-04-01") == false)
    #expect(try #require(Period("2026H2")).contains(date: "2026-07-01"))
    #expect(try #require(Period("2026")).contains(date: "2026-12-31"))
    #expect(try #require(Period("2026-07")).contains(date: "2026-07-15"))
    #expect(try #require(Period("2026-07")).contains(date: "2025-07-15") == false)
    #expect(try #require(Period("2026")).contains(date: "") == false)
  }

  @Test(arguments: ["", "Q1", "2026-Q5", "2026-13", "next year", "2026-H3", "2026-X1"])
  func `is nothing for a key of another form`(key: String) {
    #expect(Period(key) == nil)
  }
}
