import PortfolioOptimizationDomain

/// A small problem with one rule of each kind, whose answers are easy to see.
enum Examples {
  static func candidate(_ key: String, _ tokens: Int64, _ value: Double, country: String = "GB") -> Problem.Candidate {
    Problem.Candidate(
      key: key, title: "Title of \(key)", tokens: tokens, country: country,
      contributions: [.init(kpiKey: "SALES", value: value)], source: Cell(tab: "Candidates", row: 2))
  }

  static func problem() -> Problem {
    Problem(
      scenarioName: "Base", periodKey: "2026-Q1", constraintSetName: "Main", capacityTokens: 100,
      objective: .init(mode: .northStar, terms: [.init(kpiKey: "SALES")]),
      kpis: [.init(key: "SALES"), .init(key: "CHURN", lowerIsBetter: true)],
      candidates: [
        candidate("A", 40, 10), candidate("B", 30, 6), candidate("C", 20, 5, country: "DE"), candidate("D", 10, 1, country: "DE"),
        candidate("E", 60, 9), candidate("F", 25, 8), candidate("G", 5, 0),
      ],
      tokenBounds: [.init(.init(.country, "DE"), .atLeast, 20, source: Cell(tab: "Constraints", row: 2, column: "min_tokens"))],
      countBounds: [.init(.everything, .atMost, 5, source: Cell(tab: "Constraints", row: 3, column: "max_count"))],
      mandatory: [.init(key: "D", reason: "law", source: Cell(tab: "Constraints", row: 4))],
      excluded: [.init(key: "G", reason: "", source: Cell(tab: "Constraints", row: 5))],
      excludedPairs: [.init("A", "E", source: Cell(tab: "Constraints", row: 6))],
      bundles: [.init(key: "PACK", members: ["B", "C"], source: Cell(tab: "Constraints", row: 7))],
      prerequisites: [.init(key: "F", requires: ["E"], source: Cell(tab: "Constraints", row: 8))],
      synergies: [.init(members: ["A", "B"], kpiKey: "SALES", bonus: 0.5, source: Cell(tab: "Constraints", row: 9))],
      targets: [
        .init(kpiKey: "SALES", member: .everything, kind: .goal, value: 30, source: Cell(tab: "Targets", row: 2)),
        .init(
          kpiKey: "SALES", member: .init(.country, "DE"), kind: .floor, value: 6, baseline: 1, source: Cell(tab: "Targets", row: 3)),
        .init(kpiKey: "SALES", member: .init(.country, "GB"), kind: .cap, value: 16, source: Cell(tab: "Targets", row: 4)),
      ])
  }

  /// The best portfolio of `problem()`.
  static let best = ["A", "B", "C", "D"]

  static func evaluation(_ keys: [String], in problem: Problem) -> Evaluation {
    Evaluation(of: problem.candidates.map { keys.contains($0.key) }, in: problem)
  }

  static func claim(_ keys: [String], in problem: Problem) -> Verifier.Claim {
    claim(evaluation(keys, in: problem), in: problem)
  }

  static func claim(_ evaluation: Evaluation, in problem: Problem) -> Verifier.Claim {
    Verifier.Claim(
      items: zip(problem.candidates, evaluation.forms).compactMap { candidate, form in
        form.map { .init(key: candidate.key, form: $0, tokens: candidate.tokens(in: $0), gains: candidate.contributions(in: $0)) }
      },
      tokens: evaluation.tokens, objective: evaluation.objective(in: problem),
      kpiTotals: Dictionary(uniqueKeysWithValues: zip(problem.kpis.map(\.key), evaluation.totals.map(\.double))))
  }

  /// `problem()` where A may be in as a smaller form that takes 15 tokens and brings 4, in place of 40 and 10.
  static func problemOfForms() -> Problem {
    var problem = problem()
    problem.candidates[0].smaller = .init(tokens: 15, contributions: [.init(kpiKey: "SALES", value: 4)])
    return problem
  }

  static func wholes(_ keys: [String]) -> [String: Problem.Form] {
    Dictionary(uniqueKeysWithValues: keys.map { ($0, .whole) })
  }

  /// A portfolio by the form of each of its initiatives.
  static func evaluation(_ forms: [String: Problem.Form], in problem: Problem) -> Evaluation {
    Evaluation(of: problem.candidates.map { forms[$0.key] }, in: problem)
  }
}
