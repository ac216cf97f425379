/// Making and changing drafts, and what people call a metric.
extension LifecycleStep {
  static func creating(
    _ number: VersionNumber?, _ draft: Draft, _ facts: MetricFacts?, _ known: Metric?, _ key: MetricKey, _ occasion: Occasion
  ) throws(Refusal) -> LifecycleOutcome {
    guard known != nil || facts != nil else {
      throw Refusal(
        .invalid, "METRIC_FACTS_MISSING", field: "metric",
        "There is no metric \"\(key)\" yet; say with its first version what it is called and what it measures.")
    }
    if let facts { try TextRules.check(facts) }
    var step = LifecycleStep(known ?? Metric(key: key, facts: facts ?? MetricFacts(displayName: "", description: "")), occasion)
    try step.checkRevision()
    if known != nil, let facts, facts != step.metric.facts {
      throw Refusal(
        .invalid, "METRIC_EXISTS", field: "metric",
        "The metric \"\(key)\" is there and described otherwise; leave its description out, or change it with UpdateMetric.")
    }
    try step.create(number, draft, isFirst: known == nil)
    return step.outcome
  }

  private mutating func create(_ wanted: VersionNumber?, _ draft: Draft, isFirst: Bool) throws(Refusal) {
    try check(draft)
    try TextRules.check(count: metric.versions.count + 1, "versions", most: TextLimit.mostVersions)
    let number = try freeNumber(wanted)
    let version = MetricVersion(
      number: number, content: draft.subject.content, contentHash: draft.subject.hash, testEvidence: draft.testEvidence,
      createdBy: occasion.principal.uri, moments: VersionMoments(created: now))
    outcome.metric.versions.append(version)
    if isFirst { record(.metricUpdated, after: .facts(metric.facts)) }
    record(.versionCreated, number, after: .content(version))
  }

  /// Behind every number there was: names of versions are never used twice (requirement R57).
  private func freeNumber(_ wanted: VersionNumber?) throws(Refusal) -> VersionNumber {
    let highest = metric.versions.map(\.number.number).max() ?? 0
    if let wanted {
      if wanted.number > highest { return wanted }
      if metric.version(wanted) != nil {
        throw Refusal(
          .alreadyExists, "VERSION_EXISTS", field: "version",
          "\(metric.key)@\(wanted) is there already; a new version is at least v\(highest + 1).")
      }
      throw Refusal(
        .invalid, "VERSION_TOO_LOW", field: "version",
        "\(metric.key) has had v\(highest); numbers only rise, so a new version is at least v\(highest + 1).")
    }
    guard highest < Int32.max, let next = VersionNumber(highest + 1) else {
      throw Refusal(.precondition, "VERSIONS_EXHAUSTED", "\(metric.key) has no version number left behind v\(highest).")
    }
    return next
  }

  mutating func updateDraft(_ number: VersionNumber, _ draft: Draft) throws(Refusal) {
    let before = try version(number, in: .draft, for: "edited")
    try check(draft)
    guard before.contentHash != draft.subject.hash || ExactText(before.testEvidence) != ExactText(draft.testEvidence) else {
      outcome.notes.append("\(metric.key)@\(number) says that already; nothing was changed.")
      return
    }
    change(number) { version in
      version.content = draft.subject.content
      version.contentHash = draft.subject.hash
      version.testEvidence = draft.testEvidence
    }
    let isEdited = before.contentHash != draft.subject.hash
    let voided = isEdited ? voidApprovals(of: number) { _ in true } : []
    guard let after = metric.version(number) else { return }
    record(.draftUpdated, number, before: .content(before), after: .content(after))
    noteVoided(voided, of: number)
  }

  mutating func updateMetric(_ facts: MetricFacts) throws(Refusal) {
    try TextRules.check(facts)
    guard !metric.facts.isSpelt(as: facts) else {
      outcome.notes.append("\(metric.key) is described so already; nothing was changed.")
      return
    }
    let before = metric.facts
    outcome.metric.facts = facts
    record(.metricUpdated, before: .facts(before), after: .facts(facts))
  }

  private func check(_ draft: Draft) throws(Refusal) {
    try TextRules.check(draft.subject.content, "content")
    try checkFormula(draft.subject.content.definition)
    try TextRules.check(draft.testEvidence, "content.test_evidence", .optional, longest: TextLimit.testEvidence)
  }

  /// Readers are told by its formula what a metric is; a text that is none would tell them nothing.
  private func checkFormula(_ definition: String) throws(Refusal) {
    do {
      _ = try Formula(definition)
    } catch {
      throw Refusal(.invalid, "DEFINITION_UNREADABLE", field: "content.definition", "content.definition is no formula: \(error)")
    }
  }
}
