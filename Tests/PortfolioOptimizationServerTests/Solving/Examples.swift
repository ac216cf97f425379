import PortfolioOptimizationDomain
import SeededNumbers

enum Examples {
  /// Candidates A, B, C, … of country GB that bring a KPI "K".
  static func equals(tokens: [Int64], values: [Double], capacity: Int64) -> Problem {
    let letters = ["A", "B", "C", "D", "E"]
    return Problem(
      scenarioName: "Equals", capacityTokens: capacity, objective: .init(mode: .northStar, terms: [.init(kpiKey: "K")]),
      kpis: [.init(key: "K")],
      candidates: zip(letters, zip(tokens, values)).map { key, item in
        .init(key: key, tokens: item.0, country: "GB", contributions: [.init(kpiKey: "K", value: item.1)])
      })
  }

  static func keep(_ forms: [String: Problem.Form], of problem: Problem) -> Evaluation {
    let problem = problem.canonical()
    return Evaluation(of: problem.candidates.map { forms[$0.key] }, in: problem)
  }

  /// A realistic roadmap: floors and caps per country, bundles, prerequisites, pairs, a synergy, KPI targets.
  static func roadmap(candidates count: Int, seed: UInt64) -> Problem {
    var random = SeededGenerator(seed: seed)
    let countries = ["DE", "FR", "GB", "US"]
    var candidates: [Problem.Candidate] = []
    for index in 0..<count {
      let tokens = Int64.random(in: 2...40, using: &random) * 5
      let conversion = (Double(tokens) * Double.random(in: 0.5...1.5, using: &random) * 10).rounded() / 1000
      candidates.append(
        .init(
          key: "INIT-\(100 + index)", title: "Initiative \(index)", tokens: tokens,
          country: countries.randomElement(using: &random)!,
          department: index.isMultiple(of: 3) ? "growth" : "platform", category: index.isMultiple(of: 5) ? "tech_debt" : "feature",
          contributions: [
            .init(kpiKey: "CONVERSION", value: conversion),
            .init(kpiKey: "CHURN", value: -Double(Int.random(in: 0...40, using: &random)) / 100),
            .init(kpiKey: "REVENUE", value: Double(Int64.random(in: 0...90, using: &random) * tokens * 10)),
          ]))
    }
    func key(_ index: Int) -> String { "INIT-\(100 + index)" }
    let total = candidates.reduce(0) { $0 + $1.tokens }
    return Problem(
      scenarioName: "Roadmap", periodKey: "2026-Q1", constraintSetName: "Base", capacityTokens: total * 2 / 5,
      objective: .init(
        mode: .weightedKPIs,
        terms: [
          .init(kpiKey: "CONVERSION", weight: 0.6, normalizer: 17), .init(kpiKey: "REVENUE", weight: 0.3, normalizer: 700_000),
          .init(kpiKey: "CHURN", weight: 0.1, normalizer: 3.3),
        ]),
      kpis: [.init(key: "CONVERSION"), .init(key: "CHURN", lowerIsBetter: true), .init(key: "REVENUE")],
      candidates: candidates,
      tokenBounds: countries.map { .init(.init(.country, $0), .atLeast, total / 20) } + [
        .init(.init(.country, "US"), .atMost, total / 6)
      ]
        + [.init(.init(.category, "tech_debt"), .atLeast, total / 20)],
      countBounds: [.init(.everything, .atMost, Int64(count) * 2 / 5), .init(.init(.department, "growth"), .atLeast, 5)],
      mandatory: [.init(key: key(3)), .init(key: key(17))], excluded: [.init(key: key(8))],
      excludedPairs: [.init(key(1), key(2)), .init(key(20), key(21)), .init(key(30), key(31))],
      bundles: [.init(key: "B1", members: [key(4), key(5)]), .init(key: "B2", members: [key(40), key(41), key(42)])],
      prerequisites: [.init(key: key(10), requires: [key(11)]), .init(key: key(12), requires: [key(13), key(14)])],
      synergies: [.init(members: [key(6), key(7)], kpiKey: "CONVERSION", bonus: 0.75)],
      targets: [
        .init(kpiKey: "CONVERSION", member: .init(.country, "DE"), kind: .floor, value: 3),
        .init(kpiKey: "REVENUE", member: .everything, kind: .goal, value: 900_000),
        .init(kpiKey: "CHURN", member: .everything, kind: .cap, value: -1),
      ])
  }

  /// Value and cost nearly proportional, under caps that overlap.
  static func correlated(candidates count: Int, seed: UInt64) -> Problem {
    var random = SeededGenerator(seed: seed)
    let candidates = (0..<count).map { index -> Problem.Candidate in
      let tokens = Int64.random(in: 500...1_500, using: &random)
      return .init(
        key: "I\(1_000 + index)", tokens: tokens, country: "C\(Int.random(in: 0..<4, using: &random))",
        department: "D\(Int.random(in: 0..<4, using: &random))", category: "G\(Int.random(in: 0..<4, using: &random))",
        contributions: [
          .init(kpiKey: "K", value: Double(tokens + 100)),
          .init(kpiKey: "L", value: Double(Int.random(in: 100...999, using: &random))),
        ])
    }
    let total = candidates.reduce(0) { $0 + $1.tokens }
    let caps = [Problem.Dimension.country, .department, .category].flatMap { dimension in
      (0..<4).map { index in
        Problem.Bound(
          .init(dimension, "\(dimension == .country ? "C" : dimension == .department ? "D" : "G")\(index)"), .atMost,
          total / 9 + Int64(index * 17))
      }
    }
    return Problem(
      capacityTokens: total * 2 / 5, objective: .init(mode: .northStar, terms: [.init(kpiKey: "K")]),
      kpis: [.init(key: "K"), .init(key: "L")], candidates: candidates, tokenBounds: caps)
  }
}
