import Messages
import SheetSyncDomain

/// A run as rows of Runs, Results and Gaps_Alerts.
struct RunRecords {
  let run: Run

  /// What run_status says of the run.
  var status: String {
    let said = run.message.hasSuffix(".") ? String(run.message.dropLast()) : run.message
    let message = said.isEmpty ? "" : ": \(said)"
    let gap = run.result.map { "gap \(NumberText.text(of: max($0.relativeGap, 0) * 100, decimals: 1)) %" }
    switch run.status {
    case .success: return RowStatus.ok(said.isEmpty ? "completed" : said)
    case .timeLimit:
      return gap.map { RowStatus.warning("stopped at the time limit, \($0)\(message)") } ?? RowStatus.failed("time limit\(message)")
    case .cancelled: return gap.map { RowStatus.warning("cancelled, \($0)\(message)") } ?? RowStatus.failed("cancelled\(message)")
    case .infeasible: return RowStatus.failed("infeasible\(message)")
    case .failed, .unspecified: return RowStatus.failed(said.isEmpty ? "the run failed" : said)
    case .queued, .running: return RowStatus.running(fraction: nil, gap: nil)
    }
  }

  var runs: [RecordWrite] {
    var values: [String: WrittenValue] = [
      "scenario_name": .text(run.scenarioName), "constraint_set_name": .text(run.constraintSetName),
      "optimization_db_status": .text(run.status.word), "run_status": .text(status), "created_at": Self.time(run.createdAtUs),
      "finished_at": Self.time(run.finishedAtUs), "selected_count": .blank, "total_objective": .blank, "capacity_used": .blank,
    ]
    if let result = run.result {
      values["selected_count"] = .number(Double(result.selectedCount))
      values["total_objective"] = Self.number(result.totalObjective)
      values["capacity_used"] = .number(Double(result.capacityUsedTokens))
    }
    return [RecordWrite(key: RowKey([run.runId]), values: values)]
  }

  func results(_ result: RunResult) -> [RecordWrite] {
    result.items.map { item in
      RecordWrite(
        key: RowKey([item.initiativeKey]),
        values: [
          "title": .text(item.title), "run_id": .text(run.runId), "scenario_name": .text(run.scenarioName),
          "constraint_set_name": .text(run.constraintSetName), "selected": .boolean(item.selected),
          "selected_form": item.selected ? .text(item.form.word) : .blank,
          "allocated_tokens": .number(Double(item.allocatedTokens)), "gains": Self.gains(item.gains),
          "reason": Self.text(item.reason),
          "run_status": .text(RowStatus.ok(item.selected ? "selected" : "not selected")),
        ])
    }
  }

  /// What is said of an initiative that was no candidate of the run.
  var outdatedResult: [String: WrittenValue] {
    [
      "run_id": .blank, "scenario_name": .blank, "constraint_set_name": .blank, "selected": .blank, "selected_form": .blank,
      "allocated_tokens": .blank, "gains": .blank, "reason": .blank,
      "run_status": .text(RowStatus.ok("no candidate of \(run.runId)")),
    ]
  }

  func gaps(_ result: RunResult) -> [RecordWrite] {
    var taken: Set<RowKey> = []
    let alerts = Dictionary(grouping: run.alerts.filter(\.initiativeKey.isEmpty), by: \.kpiKey).mapValues {
      $0.map(\.message).joined(separator: "; ")
    }
    return result.gaps.map { gap in
      var key = RowKey([run.scenarioName, run.constraintSetName, gap.memberText, gap.kpiKey])
      // A floor and a cap for one KPI of one country are two targets.
      if !taken.insert(key).inserted {
        key = RowKey([run.scenarioName, run.constraintSetName, "\(gap.memberText) (\(gap.kind.word))", gap.kpiKey])
        taken.insert(key)
      }
      return RecordWrite(
        key: key,
        values: [
          "run_id": .text(run.runId), "floor_or_goal": .text(gap.kind.word), "target_value": Self.number(gap.targetValue),
          "achieved_value": Self.number(gap.achievedValue), "gap": Self.number(gap.gap), "severity": .text(gap.severity.word),
          "system_recommendation": Self.text(
            [gap.recommendation, alerts[gap.kpiKey] ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")),
          "run_status": .text(Self.status(of: gap)),
        ])
    } + alertsWithoutTarget(result)
  }

  /// Alerts about KPIs that have no target and so no line of their own, and about initiatives: a missed deadline, say.
  private func alertsWithoutTarget(_ result: RunResult) -> [RecordWrite] {
    let targeted = Set(result.gaps.map(\.kpiKey))
    return run.alerts.filter { !$0.initiativeKey.isEmpty || !targeted.contains($0.kpiKey) }.map { alert in
      let whom = alert.initiativeKey.isEmpty ? "ALL" : Self.initiative + alert.initiativeKey
      return RecordWrite(
        key: RowKey([run.scenarioName, run.constraintSetName, whom, alert.kpiKey]),
        values: [
          "run_id": .text(run.runId), "floor_or_goal": .text(alert.code == "deadline_missed" ? "deadline" : "alert"),
          "target_value": .blank, "achieved_value": .blank,
          "gap": .blank, "severity": .text(alert.severity.word), "system_recommendation": Self.text(alert.message),
          "run_status": .text(RowStatus.warning("see system_recommendation")),
        ])
    }
  }

  /// What is said of a target that the run's set no longer has, and of an alert that the run does not give; nil for targets of other sets, which stay as they are.
  func outdatedGap(_ key: RowKey) -> [String: WrittenValue]? {
    let own = RowKey([run.scenarioName, run.constraintSetName])
    guard Array(key.folded.prefix(2)) == own.folded else { return nil }
    let isOfInitiative = key.folded.dropFirst(2).first?.hasPrefix(Self.initiative) == true
    return [
      "run_id": .blank, "floor_or_goal": .blank, "target_value": .blank, "achieved_value": .blank, "gap": .blank,
      "severity": .blank,
      "system_recommendation": .blank,
      "run_status": .text(RowStatus.ok("no \(isOfInitiative ? "alert" : "target") of \(run.runId)")),
    ]
  }

  /// How the country column begins for what is about one initiative.
  private static let initiative = "initiative: "

  private static func status(of gap: TargetGap) -> String {
    guard gap.severity == .warning || gap.severity == .critical else { return RowStatus.ok("on target") }
    let missing = NumberText.text(of: (gap.gap * 1e9).rounded() / 1e9)
    return RowStatus.warning("\(missing) \(gap.kind == .cap ? "over" : "short of") the \(gap.kind.word)")
  }

  /// `KPI_CONVERSION 0.4, NSM_ORDERS 1200`.
  private static func gains(_ gains: [Contribution]) -> WrittenValue {
    text(gains.map { "\($0.kpiKey) \(NumberText.text(of: $0.value))" }.joined(separator: ", "))
  }

  /// Never longer than a cell can hold.
  private static func text(_ text: String) -> WrittenValue {
    guard !text.isEmpty else { return .blank }
    return .text(text.count <= 8_000 ? text : text.prefix(7_999) + "…")
  }

  private static func number(_ number: Double) -> WrittenValue { number.isFinite ? .number(number) : .blank }

  private static func time(_ microseconds: Int64) -> WrittenValue {
    microseconds == 0 ? .blank : .date(DateSerial(microsecondsSince1970: microseconds / 1_000_000 * 1_000_000))
  }
}

extension TargetGap {
  /// Whom the target is for, as the country column shows it: `UK`, `ALL`, `department: Core`.
  fileprivate var memberText: String {
    switch dimension {
    case .all, .unspecified: "ALL"
    case .country: key
    case .department: "department: \(key)"
    case .category: "category: \(key)"
    case .program: "program: \(key)"
    }
  }
}

extension TargetKind {
  fileprivate var word: String {
    switch self {
    case .unspecified: ""
    case .floor: "floor"
    case .goal: "goal"
    case .cap: "cap"
    }
  }
}

extension CandidateForm {
  /// As scope_mode of Candidates calls it.
  fileprivate var word: String {
    switch self {
    case .unspecified: "full"
    case .mvp: "mvp"
    }
  }
}

extension GapSeverity {
  fileprivate var word: String {
    switch self {
    case .unspecified: ""
    case .ok: "ok"
    case .warning: "warning"
    case .critical: "critical"
    }
  }
}
