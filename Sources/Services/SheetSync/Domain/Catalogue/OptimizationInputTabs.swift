extension Catalogue {
  static let optimizationCenterInputTabs: [TabDefinition] = [candidates, scenarioConfig, constraints, targets]

  private static let candidates = TabDefinition(
    .candidates, in: .optimizationCenter, keyColumns: ["initiative_key"], sourceToken: "opt_center.candidates.save",
    purpose: "What planning needs to know of each initiative: its size, its date and what it depends on.",
    columns: [
      .editable(
        "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "candidate.initiative_key",
        "An initiative of Central Backlog."),
      .derived("title", .text, owner: .formulas, "From Central Backlog, by the sheet's formula; not saved from here."),
      .derived(
        "country", .text, aliases: ["market"], owner: .formulas,
        "From Central Backlog, by the sheet's formula; not saved from here."),
      .derived("department", .text, owner: .formulas, "From Central Backlog, by the sheet's formula; not saved from here."),
      .derived("category", .text, owner: .formulas, "From Central Backlog, by the sheet's formula; not saved from here."),
      .derived("lifecycle_status", .text, owner: .formulas, "From Central Backlog, by the sheet's formula; not saved from here."),
      .editable(
        "engineering_tokens", .integer, aliases: ["tokens"], need: .header, owner: .engineering,
        field: "initiative.engineering_tokens",
        "How much work it is: a whole number, 0 or more."),
      .editable(
        "scope_mode", .choice(["full", "mvp", "either"]), aliases: ["scope"], field: "initiative.scope_mode",
        "full: all of it. mvp: its smaller form. either: whichever of the two serves the portfolio better. Blank means full."),
      .editable(
        "engineering_tokens_mvp", .integer, aliases: ["tokens_mvp", "mvp_tokens"], owner: .engineering,
        field: "initiative.engineering_tokens_mvp",
        "How much work its smaller form is: a whole number, 0 or more. Needed for mvp and either."),
      .editable(
        "mvp_contribution_share", .number, aliases: ["mvp_share"], field: "initiative.mvp_contribution_share",
        "How much of its contributions the smaller form brings: 0 to 1. Blank means the share of its tokens."),
      .editable("deadline_date", .date, aliases: ["deadline"], field: "initiative.deadline_date", "The day it must be ready."),
      .editable(
        "is_mandatory", .boolean, aliases: ["mandatory"], field: "initiative.is_mandatory", "TRUE: every portfolio has it."),
      .editable(
        "mandate_reason", .text, field: "initiative.mandate_reason", "Why it is mandatory; needed when is_mandatory is TRUE."),
      .editable(
        "bundle_key", .key, aliases: ["bundle"], field: "initiative.bundle_key",
        "Its bundle: a bundle_all_or_nothing row of Constraints takes all of it or none."),
      .editable(
        "prerequisite_keys", .keyList, aliases: ["prerequisites"], field: "initiative.prerequisite_keys",
        "Initiatives that it needs, separated by commas."),
      .editable(
        "exclusion_keys", .keyList, aliases: ["exclusions"], field: "initiative.exclusion_keys",
        "Initiatives that it cannot be combined with, separated by commas."),
      .editable(
        "synergy_group_keys", .keyList, aliases: ["synergy_groups"], field: "initiative.synergy_group_keys",
        "Groups whose synergy_bonus in Constraints it counts for, separated by commas."),
      .editable(
        "is_selected_for_run", .boolean, aliases: ["selected_for_run"], field: "",
        "TRUE: a run of the selected candidates takes it. Read when a run starts; not stored."),
      .derived(
        "north_star_contribution", .number, aliases: ["north_star"],
        "What KPI_Contributions says it brings to the north star. Written by Lodestar."),
      .editable("notes", .text, severity: .warning, field: "initiative.planning_notes", "Anything else."),
    ])

  private static let scenarioConfig = TabDefinition(
    .scenarioConfig, aliases: ["Scenarios", "Scenario"], in: .optimizationCenter, keyColumns: ["scenario_name"],
    sourceToken: "opt_center.scenario_config.save",
    purpose: "What a plan is for: its period, its capacity and what it is after.",
    columns: [
      .editable(
        "scenario_name", .key, aliases: ["scenario"], need: .value, field: "scenario.scenario_name", "The scenario's name."),
      .editable(
        "period_key", .period, aliases: ["period"], need: .header, field: "scenario.period_key",
        "The period: 2026, 2026-H1, 2026-Q1 or 2026-01."),
      .editable(
        "capacity_total_tokens", .integer, aliases: ["capacity"], need: .header, field: "scenario.capacity_total_tokens",
        "The tokens that there are: a whole number over 0."),
      .editable(
        "objective_mode", .choice(["north_star", "weighted_kpis", "lexicographic"]), need: .header,
        field: "scenario.objective_mode",
        "north_star, weighted_kpis or lexicographic."),
      .editable(
        "objective_weights_json", .json, aliases: ["objective_weights"], field: "scenario.objective_weights",
        "weighted_kpis: north_star=0.6, KPI_CONVERSION=0.4, or the same as JSON. lexicographic: [\"north_star\",\"KPI_CONVERSION\"]."
      ),
      .editable("notes", .text, severity: .warning, field: "scenario.notes", "Anything else."),
    ])

  /// Rows about a KPI are told apart by it, too: two targets of one country for two KPIs do not contradict each other.
  private static let constraints = TabDefinition(
    .constraints, in: .optimizationCenter,
    keyColumns: ["scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "target_kpi_key"],
    sourceToken: "opt_center.constraints.save",
    purpose: "The rules that a portfolio must keep: one row, one rule; rows of one set belong together.",
    columns: [
      .editable(
        "scenario_name", .key, aliases: ["scenario"], need: .value, field: "constraint.scenario_name",
        "A scenario of Scenario_Config."),
      .editable(
        "constraint_set_name", .key, aliases: ["constraint_set"], need: .value, field: "constraint.constraint_set_name",
        "The set that the rule belongs to, such as Baseline."),
      .editable(
        "constraint_type",
        .choice([
          "capacity_floor", "capacity_cap", "min_selected", "max_selected", "mandatory", "exclude", "exclude_pair",
          "bundle_all_or_nothing", "require_prereq", "synergy_bonus", "target",
        ]), aliases: ["type"], need: .value, field: "constraint.constraint_type", "What the rule says."),
      .editable(
        "dimension", .choice(["all", "country", "department", "category", "program", "initiative", "bundle", "synergy_group"]),
        need: .header, field: "constraint.dimension", "What key names."),
      .editable(
        "key", .key, need: .header, field: "constraint.key",
        "The member, initiative or bundle. Pairs: A<>B, A<-B (A needs B), A+B, BUNDLE: A, B."),
      .editable(
        "related_keys", .keyList, aliases: ["related"], field: "constraint.key",
        "What key needs, excludes or belongs with, when that does not stand in key itself: B, C for A<-B, C."),
      .editable(
        "min_tokens", .integer, aliases: ["floor"], field: "constraint.min_tokens", "capacity_floor: at least so many tokens."),
      .editable("max_tokens", .integer, aliases: ["cap"], field: "constraint.max_tokens", "capacity_cap: at most so many tokens."),
      .editable("min_count", .integer, field: "constraint.min_count", "min_selected: at least so many initiatives."),
      .editable("max_count", .integer, field: "constraint.max_count", "max_selected: at most so many initiatives."),
      .editable(
        "target_kpi_key", .key, aliases: ["target_kpi"], field: "constraint.target_kpi_key", "target, synergy_bonus: the KPI."),
      .editable(
        "target_value", .number, aliases: ["value"], field: "constraint.target_value", "target, synergy_bonus: how much of it."),
      .editable(
        "notes", .text, severity: .warning, field: "constraint.notes",
        "Why the rule is there; a mandatory row needs it as its reason."),
    ])

  private static let targets = TabDefinition(
    .targets, in: .optimizationCenter, keyColumns: ["scenario_name", "constraint_set_name", "country", "kpi_key"],
    sourceToken: "opt_center.targets.save",
    purpose: "What the KPIs must reach (floor, cap) or should reach (goal), as part of a constraint set.",
    columns: [
      .editable(
        "scenario_name", .key, aliases: ["scenario"], need: .value, field: "target.scenario_name", "A scenario of Scenario_Config."),
      .editable(
        "constraint_set_name", .key, aliases: ["constraint_set"], need: .value, field: "target.constraint_set_name",
        "The set that the target belongs to, such as Baseline."),
      .editable(
        "country", .key, aliases: ["market"], field: "target.country", "The country; blank or ALL for the whole portfolio."),
      .editable("kpi_key", .key, aliases: ["kpi"], need: .value, field: "target.kpi_key", "An active KPI of Metrics_Config."),
      .editable(
        "floor_or_goal", .choice(["floor", "goal", "cap"]), aliases: ["type", "mode"], need: .header, field: "target.floor_or_goal",
        "floor: must not be under it. goal: is reported when missed. cap: must not be over it."),
      .editable(
        "target_value", .number, aliases: ["value"], need: .value, owner: .analytics, field: "target.target_value",
        "The value, in the KPI's unit."),
      .editable(
        "baseline_value", .number, aliases: ["baseline"], owner: .analytics, field: "target.baseline_value",
        "Where the KPI stands without any initiative. Blank means 0."),
      .editable("notes", .text, severity: .warning, field: "target.notes", "Anything else."),
    ])
}
