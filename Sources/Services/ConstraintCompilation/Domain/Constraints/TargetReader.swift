/// Reads one row of Targets: a rule, or every reason why it is none. What the row names is not looked up.
enum TargetReader {
  static func read(_ entry: TargetEntry) -> (rule: ConstraintRule?, notes: RowNotes) {
    var notes = RowNotes(.targets, row: entry.row, key: entry.kpiKey)
    let text = notes.text(entry.notes, column: "notes", longest: KeyGrammar.longestNotes)
    _ = notes.text(entry.country, column: "country", longest: KeyGrammar.longestName)
    let kpi = trimmed(entry.kpiKey)
    if kpi.isEmpty { notes.error("kpi_key", "missing_value", "kpi_key is blank; name an active KPI of Metrics_Config") }
    let side: TargetSide? = notes.word(entry.floorOrGoal, column: "floor_or_goal")
    if let value = entry.targetValue {
      notes.checkAmount(value, column: "target_value")
    } else {
      notes.error("target_value", "missing_value", "target_value is blank; it is required")
    }
    if let baseline = entry.baselineValue { notes.checkAmount(baseline, column: "baseline_value") }
    guard !notes.haveErrors, let side, let value = entry.targetValue else { return (nil, notes) }
    let rule = KpiTargetRule(
      kpiKey: kpi, member: entry.member, side: side, value: value, baseline: entry.baselineValue ?? 0, notes: text)
    return (.target(rule), notes)
  }
}
