import Messages
import PortfolioOptimizationDomain

/// A problem as it came over the wire is not one that can be solved: an enumeration was left out, or the domain finds fault with it.
struct ProblemFault: Error, CustomStringConvertible {
  let description: String
}

extension Problem {
  /// Reads the message and holds the result against the domain's own validation.
  init(_ message: PortfolioProblem) throws {
    self.init(
      scenarioName: message.scenarioName, periodKey: message.periodKey, constraintSetName: message.constraintSetName,
      capacityTokens: message.capacityTotalTokens, objective: try Objective(message.objective),
      kpis: message.kpis.map { KPI(key: $0.kpiKey, name: $0.kpiName, unit: $0.unit, lowerIsBetter: $0.lowerIsBetter) },
      candidates: message.candidates.map(Candidate.init))
    tokenBounds = try message.tokenBounds.map {
      Bound(try Member($0.dimension, $0.key), try BoundKind($0.kind), $0.tokens, source: Cell($0.source))
    }
    countBounds = try message.countBounds.map {
      Bound(try Member($0.dimension, $0.key), try BoundKind($0.kind), $0.count, source: Cell($0.source))
    }
    mandatory = message.mandatory.map { Decree(key: $0.initiativeKey, reason: $0.reason, source: Cell($0.source)) }
    excluded = message.excluded.map { Decree(key: $0.initiativeKey, reason: $0.reason, source: Cell($0.source)) }
    excludedPairs = message.excludePairs.map { ExcludedPair($0.initiativeKeyA, $0.initiativeKeyB, source: Cell($0.source)) }
    bundles = message.bundles.map { Bundle(key: $0.bundleKey, members: $0.initiativeKeys, source: Cell($0.source)) }
    prerequisites = message.prerequisites.map {
      Prerequisite(key: $0.initiativeKey, requires: $0.requires, source: Cell($0.source))
    }
    synergies = message.synergies.map {
      Synergy(members: $0.initiativeKeys, kpiKey: $0.kpiKey, bonus: $0.bonus, source: Cell($0.source))
    }
    targets = try message.targets.map {
      Target(
        kpiKey: $0.kpiKey, member: try Member($0.dimension, $0.key), kind: try TargetKind($0.kind), value: $0.targetValue,
        baseline: $0.baselineValue, source: Cell($0.source))
    }
    let faults = faults()
    if !faults.isEmpty { throw ProblemFault(description: faults.prefix(5).joined(separator: "; ")) }
  }
}

extension Cell {
  init?(_ source: CellSource?) {
    guard let source, !source.tab.isEmpty else { return nil }
    self.init(tab: source.tab, row: Int(source.rowNumber), column: source.column)
  }
}

extension CellSource {
  init?(_ cell: Cell?) {
    guard let cell else { return nil }
    self.init(tab: cell.tab, rowNumber: UInt32(clamping: cell.row), column: cell.column)
  }
}

extension Problem.Candidate {
  fileprivate init(_ message: Messages.Candidate) {
    self.init(
      key: message.initiativeKey, title: message.title, form: Problem.Form(message.form), tokens: message.tokens,
      country: message.country, department: message.department, category: message.category, programKey: message.programKey,
      deadline: message.deadlineDate, contributions: message.contributions.map(Problem.Contribution.init),
      smaller: message.mvp.map {
        Problem.SmallerForm(tokens: $0.tokens, contributions: $0.contributions.map(Problem.Contribution.init))
      },
      source: Cell(message.source))
  }
}

extension Problem.Form {
  init(_ form: CandidateForm) {
    switch form {
    case .unspecified: self = .whole
    case .mvp: self = .smaller
    }
  }
}

extension Problem.Contribution {
  init(_ message: Messages.Contribution) { self.init(kpiKey: message.kpiKey, value: message.value) }
}

extension Problem.Objective {
  fileprivate init(_ message: Messages.Objective?) throws {
    let mode: Mode
    switch message?.mode {
    case .northStar: mode = .northStar
    case .weightedKpis: mode = .weightedKPIs
    case .lexicographic: mode = .lexicographic
    case .unspecified, nil: throw ProblemFault(description: "the problem has no objective")
    }
    self.init(
      mode: mode,
      terms: (message?.terms ?? []).map {
        Problem.Term(kpiKey: $0.kpiKey, weight: $0.weight, normalizer: $0.normalizer, tolerance: $0.tolerance)
      })
  }
}

extension Problem.Member {
  fileprivate init(_ dimension: Messages.Dimension, _ key: String) throws {
    switch dimension {
    case .all: self = .everything
    case .country: self.init(Problem.Dimension.country, key)
    case .department: self.init(Problem.Dimension.department, key)
    case .category: self.init(Problem.Dimension.category, key)
    case .program: self.init(Problem.Dimension.program, key)
    case .unspecified: throw ProblemFault(description: "a rule of the problem has no dimension")
    }
  }
}

extension Problem.BoundKind {
  fileprivate init(_ kind: Messages.BoundKind) throws {
    switch kind {
    case .atLeast: self = .atLeast
    case .atMost: self = .atMost
    case .unspecified: throw ProblemFault(description: "a bound of the problem says neither at least nor at most")
    }
  }
}

extension Problem.TargetKind {
  fileprivate init(_ kind: Messages.TargetKind) throws {
    switch kind {
    case .floor: self = .floor
    case .goal: self = .goal
    case .cap: self = .cap
    case .unspecified: throw ProblemFault(description: "a target of the problem is neither floor, goal nor cap")
    }
  }
}
