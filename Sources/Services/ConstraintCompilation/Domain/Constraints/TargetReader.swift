/// Reads one row of Targets: a rule, or every reason why it is none. What the row names is not looked up.
enum TargetReader {
  static func read(_ entry: TargetEntry) -> (rule: ConstraintRule?, notes: RowNotes) {
    var notes = RowNotes(.targets, row: entry.row, key: entry.kpiKey)
    let text = notes.text(entry.notes, column: "notes", longest: KeyGrammar.longestNotes)
    _ = notes.text(entry.country, column: "country", longest: KeyGrammar.longestName)
    let kpi = trimmed(entry.kpiKey)
    if kpi.isEmpty { notes.error("kpi_key", "missing_value", "kpi_key is blank; name an active KPI of Metrics_Config") }
    let side: TargetSide? = notes.word(entry.floorOrGoal, column: "floor_or_goal")
    if entry.targetValue == nil {
      notes.error("target_value", "missing_value", "target_value is blank; it is required")
    } else if entry.targetValue?.isFinite == false {
      notes.error("target_value", "bad_number", "target_value is not a finite number")
    }
    if entry.baselineValue?.isFinite == false {
      notes.error("baseline_value", "bad_number", "baseline_value is not a finite number")
    }
    guard !notes.haveErrors, let side, let value = entry.targetValue else { return (nil, notes) }
    let rule = KpiTargetRule(
      kpiKey: kpi, member: entry.member, side: side, value: value, baseline: entry.baselineValue ?? 0, notes: text)
    return (.target(rule), notes)
  }
}
