extension Catalogue {
  static let productOpsTabs: [TabDefinition] = registryTabs + modelTabs

  private static let registryTabs: [TabDefinition] = [
    TabDefinition(
      .metricsConfig, aliases: ["Metrics Configuration"], in: .productOps, keyColumns: ["kpi_key"],
      sourceToken: "product_ops.metrics_config.save",
      purpose: "The KPIs of the organization: exactly one active north star, and the strategic KPIs.",
      columns: [
        .editable(
          "kpi_key", .key, aliases: ["kpi"], need: .value, field: "kpi.kpi_key",
          "The KPI's name in every other tab: a letter, then letters, digits, _ . or -."),
        .editable("kpi_name", .text, aliases: ["name"], field: "kpi.kpi_name", "What people call it."),
        .editable(
          "kpi_level", .choice(["north_star", "strategic", "supporting"]), aliases: ["level"], need: .header,
          field: "kpi.kpi_level",
          "north_star (exactly one active), strategic or supporting."),
        .editable("unit", .text, field: "kpi.unit", "What it is counted in, such as orders, EUR or ratio."),
        .editable(
          "direction", .choice(["higher_is_better", "lower_is_better"]), field: "kpi.direction",
          "higher_is_better (when blank) or lower_is_better."),
        .editable("is_active", .boolean, aliases: ["active"], field: "kpi.is_active", "FALSE retires the KPI. Blank means TRUE."),
        .editable(
          "metric_key", .key, aliases: ["metric"], field: "kpi.metric_key", "The governed metric that measures it, if any."),
        .editable(
          "metric_version", .key, field: "kpi.metric_version",
          "The metric's version, such as v1. Blank: the one that the KPI has, for a new link the current one."),
        .editable("description", .text, severity: .warning, field: "kpi.description", "What it measures, for people."),
        .editable("notes", .text, severity: .warning, field: "kpi.notes", "Anything else."),
      ]),
    TabDefinition(
      .kpiContributions, aliases: ["KPI Contribution", "Contributions"], in: .productOps,
      keyColumns: ["initiative_key", "kpi_key"],
      sourceToken: "product_ops.kpi_contributions.save",
      purpose: "What each initiative brings to which KPI when it ships: one row for each pair.",
      columns: [
        .editable(
          "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "contribution.initiative_key",
          "An initiative of Central Backlog."),
        .editable(
          "kpi_key", .key, aliases: ["kpi"], need: .value, field: "contribution.kpi_key",
          "An active north-star or strategic KPI of Metrics_Config."),
        .editable(
          "contribution", .number, aliases: ["value"], need: .value, owner: .analytics, field: "contribution.contribution",
          "How much more of the KPI, in its unit; negative for less."),
        .editable("notes", .text, severity: .warning, field: "contribution.notes", "Where the number comes from."),
      ]),
  ]

  static let centralBacklogTabs: [TabDefinition] = [
    TabDefinition(
      .centralBacklog, aliases: ["Backlog"], in: .centralBacklog, keyColumns: ["initiative_key"],
      sourceToken: "central_backlog.initiatives.save",
      purpose: "Every initiative of the company: what it is, where it belongs, whether it can be planned.",
      columns: [
        .editable(
          "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "initiative.initiative_key",
          "The initiative's name in every other tab, such as INIT-000017."),
        .editable("title", .text, need: .header, field: "initiative.title", "What people call it."),
        .editable("country", .text, aliases: ["market"], field: "initiative.country", "The market it is for."),
        .editable("department", .text, field: "initiative.department", "Who does it."),
        .editable("category", .text, field: "initiative.category", "What sort of work it is."),
        .editable("program_key", .key, aliases: ["program"], field: "initiative.program_key", "The program it is part of."),
        .editable("lifecycle_status", .text, field: "initiative.lifecycle_status", "Where it stands."),
        .editable(
          "is_optimization_candidate", .boolean, field: "initiative.is_optimization_candidate",
          "FALSE keeps it out of every run. Blank means TRUE."),
        .editable(
          "candidate_period_key", .period, aliases: ["candidate_period"], field: "initiative.candidate_period_key",
          "The only period it can be planned for, such as 2026-Q1. Blank for any."),
        .editable(
          "immediate_kpi_key", .key, aliases: ["immediate_kpi"], field: "initiative.immediate_kpi_key", "The KPI it moves first."),
        .editable("notes", .text, severity: .warning, field: "initiative.notes", "Anything else."),
      ])
  ]
}
