internal import SheetSyncDomain

/// The three workbooks that people plan in, as Lodestar makes them.
enum PlanningWorkbooks {
  /// All tabs with their headers, drop-downs and notes, and no rows.
  static func blank(_ lists: DropDownLists) -> [NewWorkbook] {
    WorkbookKind.allCases.map { kind in
      NewWorkbook(
        fileName: kind.fileName,
        tabs: Catalogue.tabs(of: kind).map { TabLayout($0.name, choices: lists.choices(for: $0.name)).tab([]) } + [lists.tab])
    }
  }

  /// The example company. Its drop-downs offer what it needs beside what is given.
  static func example(_ lists: DropDownLists) -> [NewWorkbook] {
    let lists = lists.joined(.example)
    return [productOps(lists), centralBacklog(lists), optimizationCenter(lists)]
  }

  private static func productOps(_ lists: DropDownLists) -> NewWorkbook {
    func layout(_ name: TabName) -> TabLayout { TabLayout(name, choices: lists.choices(for: name)) }
    return NewWorkbook(
      fileName: WorkbookKind.productOps.fileName,
      tabs: [
        layout(.metricsConfig).tab(
          ExampleCompany.kpis.map { kpi in
            [
              "kpi_key": .text(kpi.key), "kpi_name": .text(kpi.name), "kpi_level": .text(kpi.level), "unit": .text(kpi.unit),
              "direction": kpi.isLowerBetter ? "lower_is_better" : "higher_is_better", "is_active": .boolean(kpi.isActive),
              "description": .text(kpi.description),
            ]
          }),
        layout(.kpiContributions).tab(
          ExampleCompany.initiatives.flatMap { initiative in
            initiative.contributions.map { kpi, value in
              ["initiative_key": .text(initiative.key), "kpi_key": .text(kpi), "contribution": .number(value)]
            }
          }),
        layout(.mathModels).tab(
          ExampleCompany.mathModels.map { model in
            [
              "initiative_key": .text(model.initiative), "model_name": .text(model.name), "formula_text": .text(model.formula),
              "assumptions_text": .text(model.assumptions), "metric_chain_text": NewValue(model.chain),
              "llm_suggested_metric_chain_text": NewValue(model.suggestion), "approved_by_user": .boolean(model.isApproved),
            ]
          }),
        layout(.params).tab(ExampleNumbers.params), layout(.scoringInputs).tab(ExampleNumbers.scores), lists.tab,
      ])
  }

  private static func centralBacklog(_ lists: DropDownLists) -> NewWorkbook {
    let own: [String: NewColumn.Choices] = [
      "country": .these(ExampleCompany.countries), "department": .these(ExampleCompany.departments),
      "category": .these(ExampleCompany.categories), "lifecycle_status": .these(ExampleCompany.statuses),
    ]
    let layout = TabLayout(.centralBacklog, choices: lists.choices(for: .centralBacklog).merging(own) { $1 })
    return NewWorkbook(
      fileName: WorkbookKind.centralBacklog.fileName,
      tabs: [
        layout.tab(
          ExampleCompany.initiatives.map { initiative in
            [
              "initiative_key": .text(initiative.key), "title": .text(initiative.title), "country": .text(initiative.country),
              "department": .text(initiative.department), "category": .text(initiative.category),
              "program_key": .text(initiative.program), "lifecycle_status": .text(initiative.status),
              "is_optimization_candidate": .boolean(initiative.isCandidate), "candidate_period_key": NewValue(initiative.period),
              "immediate_kpi_key": .text(initiative.immediateKPI),
            ]
          }),
        lists.tab,
      ])
  }

  private static func optimizationCenter(_ lists: DropDownLists) -> NewWorkbook {
    let candidates = ExampleCompany.initiatives.filter(\.isCandidate)
    func layout(_ name: TabName, _ own: [String: NewColumn.Choices] = [:]) -> TabLayout {
      TabLayout(name, choices: lists.choices(for: name).merging(own) { $1 })
    }
    return NewWorkbook(
      fileName: WorkbookKind.optimizationCenter.fileName,
      tabs: [
        layout(.candidates, ["initiative_key": .area("\(PlanningNotes.feedName)!$A$2:$A$400")]).tab(
          candidates.enumerated().map { candidateRow($1, row: $0 + 2) }),
        TabLayout(.scenarioConfig).tab(
          ExampleCompany.scenarios.map { scenario in
            [
              "scenario_name": .text(scenario.name), "period_key": .text(scenario.period),
              "capacity_total_tokens": .number(scenario.capacity), "objective_mode": .text(scenario.mode),
              "objective_weights_json": .text(scenario.weights), "notes": .text(scenario.notes),
            ]
          }),
        layout(.constraints).tab(ExampleCompany.rules.map(constraintRow)),
        layout(.targets, ["country": .these(["ALL"] + ExampleCompany.countries)]).tab(
          ExampleCompany.targets.map { target in
            [
              "scenario_name": .text(target.scenario), "constraint_set_name": .text(target.set),
              "country": NewValue(target.country),
              "kpi_key": .text(target.kpi), "floor_or_goal": .text(target.kind), "target_value": .number(target.value),
              "baseline_value": .number(target.baseline), "notes": .text(target.notes),
            ]
          }),
        TabLayout(.runs).tab([]), TabLayout(.results).tab([]), TabLayout(.gapsAlerts).tab([]),
        PlanningNotes.tab(candidates, capacity: ExampleCompany.scenarios[0].capacity, departments: ExampleCompany.departments),
        PlanningNotes.feed(ExampleCompany.initiatives), lists.tab,
      ])
  }

  private static func candidateRow(_ initiative: Initiative, row: Int) -> TabLayout.Row {
    var values: TabLayout.Row = [
      "initiative_key": .text(initiative.key), "is_selected_for_run": .boolean(initiative.isSelected),
      "bundle_key": NewValue(initiative.bundle), "prerequisite_keys": NewValue(initiative.needs),
      "exclusion_keys": NewValue(initiative.excludes), "mandate_reason": NewValue(initiative.mandate),
      "notes": NewValue(initiative.notes),
    ]
    for column in ["title", "country", "department", "category", "lifecycle_status"] {
      values[column] = PlanningNotes.feedFormula(column, row: row, initiative)
    }
    if let tokens = initiative.tokens { values["engineering_tokens"] = .number(Double(tokens)) }
    if let deadline = DateSerial(iso: initiative.deadline) { values["deadline_date"] = .date(deadline) }
    if !initiative.mandate.isEmpty { values["is_mandatory"] = true }
    return values
  }

  private static func constraintRow(_ rule: ExampleCompany.Rule) -> TabLayout.Row {
    [
      "scenario_name": .text(rule.scenario), "constraint_set_name": .text(rule.set), "constraint_type": .text(rule.type),
      "dimension": .text(rule.dimension), "key": .text(rule.key), "min_tokens": rule.minimum.map { .number($0) } ?? .blank,
      "max_tokens": rule.maximum.map { .number($0) } ?? .blank, "notes": .text(rule.notes),
    ]
  }
}

extension NewValue {
  /// Text, or blank when there is none.
  init(_ text: String) {
    self = text.isEmpty ? .blank : .text(text)
  }
}
