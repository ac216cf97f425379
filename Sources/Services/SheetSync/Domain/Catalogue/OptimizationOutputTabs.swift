extension Catalogue {
  static let optimizationCenterOutputTabs: [TabDefinition] = [runs, results, gapsAlerts]

  private static let runs = TabDefinition(
    .runs, in: .optimizationCenter, keyColumns: ["run_id"], sourceToken: "opt_center.runs.write",
    purpose: "Every optimization run that was written here.",
    columns: [
      .derived("run_id", .key, need: .header, "The run."),
      .derived("scenario_name", .key, aliases: ["scenario"], "Its scenario."),
      .derived("constraint_set_name", .key, aliases: ["constraint_set"], "Its constraint set."),
      .derived("optimization_db_status", .text, "How the run stands in the optimizer's own books."),
      .derived("created_at", .timestamp, "When it was asked for, UTC."),
      .derived("finished_at", .timestamp, "When it ended, UTC."),
      .derived("selected_count", .integer, "How many initiatives were selected."),
      .derived("total_objective", .number, "The objective's value."),
      .derived("capacity_used", .integer, "The tokens of what was selected."),
    ])

  private static let results = TabDefinition(
    .results, aliases: ["Results_Portfolio"], in: .optimizationCenter, keyColumns: ["initiative_key"], contextColumns: ["run_id"],
    sourceToken: "opt_center.results.write",
    purpose: "The portfolio of the run written last: which initiatives are in, and why.",
    columns: [
      .derived("initiative_key", .key, aliases: ["key", "initiative"], need: .header, "The initiative."),
      .derived("title", .text, "What people call it."),
      .derived("run_id", .key, "The run that the row is about."),
      .derived("scenario_name", .key, aliases: ["scenario"], "The run's scenario."),
      .derived("constraint_set_name", .key, aliases: ["constraint_set"], "The run's constraint set."),
      .derived("selected", .boolean, aliases: ["is_selected"], "TRUE: it is in the portfolio."),
      .derived("selected_form", .text, "full: all of it is in. mvp: its smaller form is. Blank when it is out."),
      .derived("allocated_tokens", .integer, "The tokens it was given."),
      .derived("gains", .text, "What it brings to which KPI."),
      .derived("reason", .text, "Why it is in or out."),
      .editable("notes", .text, severity: .warning, field: "result.notes", "Yours: Lodestar never writes here."),
    ])

  private static let gapsAlerts = TabDefinition(
    .gapsAlerts, aliases: ["Gaps_And_Alerts", "Gaps"], in: .optimizationCenter,
    keyColumns: ["scenario_name", "constraint_set_name", "country", "kpi_key"], contextColumns: ["run_id"],
    sourceToken: "opt_center.gaps_alerts.write",
    purpose: "Each target of the last run of a set, what was achieved, and what is missing.",
    columns: [
      .derived("scenario_name", .key, aliases: ["scenario"], need: .header, "The run's scenario."),
      .derived("constraint_set_name", .key, aliases: ["constraint_set"], need: .header, "The run's constraint set."),
      .derived(
        "country", .key, aliases: ["market"], need: .header,
        "Whom the row is about: a country, ALL, or such as department: Core or initiative: INIT-000017."),
      .derived("kpi_key", .key, aliases: ["kpi"], need: .header, "The KPI; blank for what is about none, as a missed deadline."),
      .derived("run_id", .key, "The run that the row is about."),
      .derived(
        "floor_or_goal", .text, aliases: ["type", "mode"], "floor, goal or cap; deadline for a missed one, alert for all else."),
      .derived("target_value", .number, aliases: ["target", "value"], "The target."),
      .derived("achieved_value", .number, aliases: ["achieved"], "The baseline, and what the portfolio brings."),
      .derived("gap", .number, "What is missing; negative when there is room."),
      .derived("severity", .text, "ok, warning or critical."),
      .derived("system_recommendation", .text, "What Lodestar suggests."),
      .editable("recommendation", .text, severity: .warning, field: "gap.recommendation", "Yours: Lodestar never writes here."),
      .editable("notes", .text, severity: .warning, field: "gap.notes", "Yours: Lodestar never writes here."),
    ])
}
