import Messages
import PortfolioOptimizationDomain

extension RunResult {
  /// An evaluated portfolio with what is proven of it, as a message.
  init(_ evaluation: Evaluation, of problem: Problem, _ outcome: SearchOutcome) {
    let why = Reasons(problem, evaluation)
    let reasons = why.all()
    self.init()
    totalObjective = evaluation.objective(in: problem)
    bestBound = outcome.bestBound ?? (problem.maximizes ? .infinity : -.infinity)
    relativeGap = outcome.relativeGap ?? .infinity
    nodes = outcome.nodes
    selectedCount = UInt32(clamping: evaluation.selectedCount)
    capacityUsedTokens = evaluation.tokens
    items = zip(problem.candidates, zip(evaluation.forms, reasons)).map { candidate, fate in
      PortfolioItem(candidate, as: fate.0, reason: fate.1)
    }
    kpiTotals = zip(problem.kpis, evaluation.totals).map { KpiTotal(kpiKey: $0.key, total: $1.double) }
    gaps = evaluation.gaps(in: problem).map(TargetGap.init)
    objectiveValues = problem.objective.terms.map { term in
      ObjectiveValue(
        kpiKey: term.kpiKey, weight: term.weight, normalizer: term.normalizer,
        total: evaluation.total(of: term.kpiKey, in: problem).double)
    }
    missedDeadlines = why.missedDeadlines().map {
      Messages.MissedDeadline(
        initiativeKey: $0.key, deadlineDate: $0.deadline, message: $0.message, source: CellSource($0.source))
    }
  }

  /// What the independent verifier is to check.
  var claim: Verifier.Claim {
    Verifier.Claim(
      items: items.filter(\.selected).map { item in
        Verifier.Claim.Item(
          key: item.initiativeKey, form: Problem.Form(item.form), tokens: item.allocatedTokens,
          gains: item.gains.map(Problem.Contribution.init))
      }, tokens: capacityUsedTokens, objective: totalObjective,
      kpiTotals: Dictionary(kpiTotals.map { ($0.kpiKey, $0.total) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension RunAlert {
  init(_ missed: Messages.MissedDeadline) {
    self.init(severity: .warning, code: "deadline_missed", message: missed.message, initiativeKey: missed.initiativeKey)
  }
}

extension PortfolioItem {
  /// - Parameter form: nil for what is out.
  fileprivate init(_ candidate: Problem.Candidate, as form: Problem.Form?, reason: String) {
    self.init()
    initiativeKey = candidate.key
    title = candidate.title
    self.reason = reason
    guard let form else { return }
    selected = true
    allocatedTokens = candidate.tokens(in: form)
    gains = candidate.contributions(in: form).map { Contribution(kpiKey: $0.kpiKey, value: $0.value) }
    self.form = CandidateForm(form)
  }
}

extension TargetGap {
  fileprivate init(_ gap: Gap) {
    self.init()
    kpiKey = gap.target.kpiKey
    dimension = Messages.Dimension(gap.target.member.dimension)
    key = gap.target.member.key
    kind = Messages.TargetKind(gap.target.kind)
    targetValue = gap.target.value
    baselineValue = gap.target.baseline
    achievedValue = gap.achieved.double
    self.gap = gap.missing.double
    severity = GapSeverity(gap.severity)
    recommendation = gap.recommendation
    source = CellSource(gap.target.source)
  }
}

extension Messages.Dimension {
  fileprivate init(_ dimension: Problem.Dimension) {
    switch dimension {
    case .all: self = .all
    case .country: self = .country
    case .department: self = .department
    case .category: self = .category
    case .program: self = .program
    }
  }
}

extension Messages.TargetKind {
  fileprivate init(_ kind: Problem.TargetKind) {
    switch kind {
    case .floor: self = .floor
    case .goal: self = .goal
    case .cap: self = .cap
    }
  }
}

extension CandidateForm {
  fileprivate init(_ form: Problem.Form) {
    switch form {
    case .whole: self = .unspecified
    case .smaller: self = .mvp
    }
  }
}

extension GapSeverity {
  init(_ severity: Gap.Severity) {
    switch severity {
    case .ok: self = .ok
    case .warning: self = .warning
    case .critical: self = .critical
    }
  }
}
