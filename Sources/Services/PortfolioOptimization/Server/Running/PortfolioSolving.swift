import PortfolioOptimizationDomain
let solverName = "GLPK"
let solvePortfolio: Solve = { _, _, _ in SolveOutcome(stop: .failed("x"), portfolio: nil, bestBound: 0, relativeGap: 0, nodes: 0) }
