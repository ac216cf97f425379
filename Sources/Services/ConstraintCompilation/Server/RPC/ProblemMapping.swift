import ConstraintCompilationDomain
import Messages

extension PortfolioProblem {
  /// - Parameter revision: the name of the set's revision.
  init(_ problem: AssembledProblem, revision: String) {
    self.init(
      scenarioName: problem.scenarioName, periodKey: problem.periodKey, constraintSetName: problem.setName, revision: revision,
      metricsConfigRevision: Int64(problem.metricsRevision), capacityTotalTokens: Int64(problem.capacity),
      objective: Objective(
        mode: ObjectiveMode(problem.objective),
        terms: problem.terms.map {
          ObjectiveTerm(kpiKey: $0.kpiKey, weight: $0.weight, normalizer: $0.normalizer, tolerance: $0.tolerance)
        }),
      kpis: problem.kpis.map { ProblemKpi($0) },
      candidates: problem.candidates.map { Candidate($0) },
      tokenBounds: problem.tokenBounds.map {
        TokenBound(
          dimension: Dimension($0.dimension), key: $0.key, kind: BoundKind($0.side), tokens: Int64($0.amount),
          source: CellSource($0.source))
      },
      countBounds: problem.countBounds.map {
        CountBound(
          dimension: Dimension($0.dimension), key: $0.key, kind: BoundKind($0.side), count: Int64($0.amount),
          source: CellSource($0.source))
      },
      mandatory: problem.mandatory.map {
        MandatoryRule(initiativeKey: $0.initiativeKey, reason: $0.reason, source: CellSource($0.source))
      },
      excluded: problem.excluded.map {
        ExcludeRule(initiativeKey: $0.initiativeKey, reason: $0.reason, source: CellSource($0.source))
      },
      excludePairs: problem.pairs.map {
        ExcludePairRule(initiativeKeyA: $0.one, initiativeKeyB: $0.other, source: CellSource($0.source))
      },
      bundles: problem.bundles.map {
        BundleRule(bundleKey: $0.key, initiativeKeys: $0.initiativeKeys, source: CellSource($0.source))
      },
      prerequisites: problem.prerequisites.map {
        PrerequisiteRule(initiativeKey: $0.initiativeKey, requires: $0.requires, source: CellSource($0.source))
      },
      synergies: problem.synergies.map {
        SynergyRule(initiativeKeys: $0.initiativeKeys, kpiKey: $0.kpiKey, bonus: $0.bonus, source: CellSource($0.source))
      },
      targets: problem.targets.map {
        KpiTarget(
          kpiKey: $0.kpiKey, dimension: Dimension($0.dimension), key: $0.key, kind: TargetKind($0.side), targetValue: $0.value,
          baselineValue: $0.baseline, source: CellSource($0.source))
      })
  }
}

extension ProblemKpi {
  fileprivate init(_ kpi: KpiDefinition) {
    self.init(
      kpiKey: kpi.key, kpiName: kpi.name, unit: kpi.unit, lowerIsBetter: kpi.lowerIsBetter,
      metricKey: kpi.measure?.metricKey ?? "", metricVersion: kpi.measure?.version ?? "",
      metricStatus: VersionStatus(kpi.measure?.status), metricContentHash: kpi.measure?.contentHash ?? "")
  }
}

extension VersionStatus {
  fileprivate init(_ status: GovernedMeasure.Status?) {
    switch status {
    case .draft: self = .draft
    case .active: self = .active
    case .deprecated: self = .deprecated
    case .sunset: self = .sunset
    case .retired: self = .retired
    case nil: self = .unspecified
    }
  }
}

extension Candidate {
  fileprivate init(_ candidate: AssembledProblem.Candidate) {
    self.init(
      initiativeKey: candidate.key, title: candidate.title, tokens: Int64(candidate.tokens), country: candidate.country,
      department: candidate.department, category: candidate.category, programKey: candidate.programKey,
      deadlineDate: candidate.deadlineDate,
      contributions: candidate.contributions.map { Contribution($0) },
      source: CellSource(candidate.source), form: candidate.form == .mvp ? .mvp : .unspecified,
      mvp: candidate.mvp.map { form in
        SmallerForm(tokens: Int64(form.tokens), contributions: form.contributions.map { Contribution($0) })
      })
  }
}

extension Dimension {
  init(_ dimension: PlanningDimension) {
    switch dimension {
    case .all: self = .all
    case .country: self = .country
    case .department: self = .department
    case .category: self = .category
    case .program: self = .program
    }
  }
}

extension BoundKind {
  init(_ side: BoundSide) { self = side == .atLeast ? .atLeast : .atMost }
}

extension TargetKind {
  init(_ side: TargetSide) {
    switch side {
    case .floor: self = .floor
    case .goal: self = .goal
    case .cap: self = .cap
    }
  }
}
