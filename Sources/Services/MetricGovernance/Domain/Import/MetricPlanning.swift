/// Plans the import of one metric by carrying it out on values: each step is a command that the rules of a metric's life decide on.
struct MetricPlanning {
  let file: FileMetric
  let importer: Importer
  private let use: MetricUse
  private let subjects: [VersionNumber: HashedContent]
  /// As the steps so far leave it; nil while there is none.
  private(set) var metric: Metric?
  private(set) var steps: [ImportStep] = []
  private(set) var problems: [FileProblem] = []
  private(set) var records: [AuditRecord] = []
  private(set) var notices: [Notice] = []

  init(
    _ file: FileMetric, _ known: Metric?, _ importer: Importer, _ use: MetricUse, subjects: [VersionNumber: HashedContent]
  ) {
    self.file = file
    self.importer = importer
    self.use = use
    self.subjects = subjects
    metric = known
  }

  // MARK: Noting

  mutating func step(_ action: ImportAction, _ version: VersionNumber? = nil, _ description: String) {
    steps.append(ImportStep(action: action, metric: file.key, version: version, description: description))
  }

  mutating func problem(_ version: FileVersion?, _ field: String, _ position: FilePosition, _ code: String, _ message: String) {
    var path = version.map { "\(file.path).versions.\($0.number)" } ?? file.path
    if !field.isEmpty { path += ".\(field)" }
    problems.append(FileProblem(path: path, position: position, code: code, message: message))
  }

  func subject(of version: FileVersion) -> HashedContent {
    subjects[version.number] ?? HashedContent(version.content, digest: { $0 })
  }

  func draft(of version: FileVersion) -> Draft { Draft(subject(of: version), testEvidence: version.testEvidence) }

  /// What the rules make of the command; a refusal becomes a problem at the place.
  mutating func carryOut(
    _ command: LifecycleCommand, _ version: FileVersion? = nil, field: String = "", at position: FilePosition
  ) -> Bool {
    let occasion = Occasion(
      principal: importer.principal, now: importer.now, reason: importer.reason, expectedRevision: metric?.revision ?? 0)
    do {
      let outcome = try Lifecycle.decide(command, on: metric, key: file.key, occasion, use: use)
      take(outcome.metric, outcome.records, outcome.notices)
      return true
    } catch {
      problem(version, field, position, error.reason.lowercased(), error.message)
      return false
    }
  }

  mutating func take(_ after: Metric, _ newRecords: [AuditRecord], _ newNotices: [Notice] = []) {
    metric = after
    records += newRecords
    notices += newNotices
  }

  // MARK: Planning

  mutating func plan() {
    guard let known = metric else { return planNewMetric() }
    let missing = known.versions.map(\.number).filter { file.version($0) == nil }
    if !missing.isEmpty {
      problem(
        nil, "versions", file.position, "version_missing",
        "the registry has \(known.key) \(missing.map(\.description).joined(separator: ", ")), which the file lacks; versions do not go away: `lodestar metrics export` gives a file that has them all"
      )
    }
    if !known.facts.isSpelt(as: file.facts), carryOut(.updateMetric(file.facts), at: file.position) {
      step(.updateMetric, nil, "change \(known.facts.differences(to: file.facts).joined(separator: ", ")) of \(file.key)")
    }
    for version in file.versions { planContent(of: version) }
    planLife()
  }

  private mutating func planNewMetric() {
    guard let first = file.versions.first else {
      return problem(
        nil, "versions", file.position, "no_version", "\(file.key) is new and has no version; a metric comes with its first draft")
    }
    guard carryOut(.createVersion(first.number, draft(of: first), file.facts), first, at: first.position) else { return }
    step(.createMetric, nil, "create the metric \(file.key), \"\(file.facts.displayName)\"")
    step(.createVersion, first.number, "create \(file.key) \(first.number) as a draft")
    planApproval(of: first)
    for version in file.versions.dropFirst() { planContent(of: version) }
    planLife()
  }

  private mutating func planContent(of version: FileVersion) {
    guard let stored = metric?.version(version.number) else {
      if carryOut(.createVersion(version.number, draft(of: version), nil), version, at: version.position) {
        step(.createVersion, version.number, "create \(file.key) \(version.number) as a draft")
        planApproval(of: version)
      }
      return
    }
    let isEdited = subject(of: version).hash != stored.contentHash
    let hasOtherEvidence = ExactText(stored.testEvidence) != ExactText(version.testEvidence)
    if isEdited || hasOtherEvidence {
      let fields = stored.content.differences(to: version.content) + (hasOtherEvidence ? ["test_evidence"] : [])
      guard stored.status == .draft else {
        return problem(
          version, fields.first ?? "", version.position, "content_is_fixed",
          "\(file.key) \(version.number) is \(stored.status.rawValue) and its \(fields.joined(separator: ", ")) cannot change; make a new version, or, for a bug fix that keeps the formula, ask for a correction"
        )
      }
      if carryOut(.updateDraft(version.number, draft(of: version)), version, at: version.position) {
        step(
          .updateDraft, version.number,
          "change \(fields.joined(separator: ", ")) of the draft \(file.key) \(version.number)\(isEdited && stored.activationRequest != nil ? "; its approval becomes void" : "")"
        )
      }
    }
    planApproval(of: version)
  }

  /// The states in their order, each version along its own edges; what becomes current does so before its predecessor ends.
  private mutating func planLife() {
    for version in file.versions where version.status != .draft { planActivation(of: version) }
    planCurrent()
    for version in file.versions where version.status.isEnding { planEnd(of: version) }
    checkDirections()
  }

  private mutating func planActivation(of version: FileVersion) {
    guard let stored = metric?.version(version.number), stored.status == .draft else { return }
    // What the approval lacks has been said already.
    guard stored.activationRequest?.status == .approved else { return }
    if carryOut(.activate(version.number, makeCurrent: false), version, field: "status", at: version.statusPosition) {
      step(.activate, version.number, "activate \(file.key) \(version.number), which the registry has approved")
    }
  }

  private mutating func planCurrent() {
    guard let metric, file.current != metric.current else { return }
    guard let current = file.current else {
      return problem(
        nil, "current_version", file.currentPosition, "current_version_lost",
        "the current version of \(file.key) is \(metric.current.map(\.description) ?? ""); a file can name another, but not take it away"
      )
    }
    // A version that could not become active has its own problem.
    guard metric.version(current)?.status == .active else { return }
    if carryOut(.setCurrentVersion(current), field: "current_version", at: file.currentPosition) {
      let before = metric.current.map { " instead of \($0)" } ?? ""
      step(
        .setCurrent, current,
        "make \(current) what new dashboards of \(file.key) get\(before); needs a person of the governance board")
    }
  }

  private mutating func planEnd(of version: FileVersion) {
    let number = version.number
    if metric?.version(number)?.status == .active {
      let deprecation = Deprecation(replacement: version.replacement, plannedSunset: version.plannedSunset)
      guard carryOut(.deprecate(number, deprecation), version, field: "status", at: version.statusPosition) else { return }
      let after = metric?.version(number)
      step(
        .deprecate, number,
        "deprecate \(file.key) \(number)\(after?.replacement.map { " in favour of \($0)" } ?? ""), to be sunset from \(after?.moments.plannedSunset?.utc ?? "its date") on"
      )
    } else {
      checkEnd(of: version)
    }
    if metric?.version(number)?.status == .deprecated, version.status != .deprecated {
      guard carryOut(.sunset(number), version, field: "status", at: version.statusPosition) else { return }
      step(.sunset, number, "sunset \(file.key) \(number): no new dashboard gets it")
    }
    if metric?.version(number)?.status == .sunset, version.status == .retired {
      guard carryOut(.retire(number), version, field: "status", at: version.statusPosition) else { return }
      step(.retire, number, "retire \(file.key) \(number): no query gets it; needs a person of the governance board")
    }
  }

  /// What a deprecation said stands.
  private mutating func checkEnd(of version: FileVersion) {
    guard let stored = metric?.version(version.number), stored.status.isEnding else { return }
    if let moment = version.plannedSunset, let planned = stored.moments.plannedSunset, moment != planned {
      problem(
        version, "planned_sunset", version.plannedSunsetPosition, "planned_sunset_is_fixed",
        "\(file.key) \(version.number) is planned to be sunset at \(planned.utc), which a file cannot change")
    }
    if let replacement = version.replacement, replacement != stored.replacement {
      problem(
        version, "replacement_version", version.replacementPosition, "replacement_is_fixed",
        "\(file.key) \(version.number) is replaced by \(stored.replacement.map(\.description) ?? "nothing"), which a file cannot change"
      )
    }
  }

  /// No version goes back by a file.
  private mutating func checkDirections() {
    for version in file.versions {
      guard let stored = metric?.version(version.number)?.status, stored.rank > version.status.rank else { continue }
      let mend = version.status == .active && stored != .retired ? "; Rollback brings a version back" : ""
      problem(
        version, "status", version.statusPosition, "status_goes_back",
        "\(file.key) \(version.number) is \(stored.rawValue) in the registry and cannot go back to \(version.status.rawValue)\(mend)"
      )
    }
  }
}

extension VersionStatus {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension MetricFacts {
  func isSpelt(as other: MetricFacts) -> Bool { differences(to: other).isEmpty }

  /// By their bytes: what looks the same and is written with other characters is a change.
  func differences(to other: MetricFacts) -> [String] {
    [
      ("display_name", displayName, other.displayName), ("description", description, other.description),
      ("owner", owner, other.owner), ("unit", unit, other.unit),
    ].filter { ExactText($0.1) != ExactText($0.2) }.map(\.0)
  }
}

extension VersionContent {
  /// The fields that differ, by their bytes.
  func differences(to other: VersionContent) -> [String] {
    var fields = [
      ("dbt_model", dbtModel, other.dbtModel), ("definition", definition, other.definition), ("relation", relation, other.relation),
      ("migration_guide", migrationGuide, other.migrationGuide),
    ].filter { ExactText($0.1) != ExactText($0.2) }.map(\.0)
    let zero = (edgeCases.onZeroDenominator, edgeCases.currency) != (other.edgeCases.onZeroDenominator, other.edgeCases.currency)
    if zero || edgeCases.notes.map(ExactText.init) != other.edgeCases.notes.map(ExactText.init) {
      fields.append("edge_cases")
    }
    let parts = { (columns: [MetricColumn]) in columns.map { [$0.name, $0.type, $0.constant].map(ExactText.init) } }
    if parts(columns) != parts(other.columns) { fields.append("columns") }
    return fields
  }
}
