import SheetSyncDomain

/// The seeds' own example tables (002, "the mental model"), as sheets. Candidates has the mandate_reason that the seeds' first document asks
/// for and the example leaves out; what formulas feed is left out, for nobody types it.
enum SeedTables {
  static let all = [
    scenarios, constraints, targets, candidates, furtherConstraints, furtherTargets, furtherCandidates,
  ]

  static let scenarios = SeedTable(
    .scenarioConfig,
    """
    | scenario_name  | period_key | capacity_total_tokens | objective_mode  | objective_weights_json                  | notes                 |
    | Q1-2026 Core   | 2026-Q1    |                  1200 | weighted_kpis   | {"north_star":0.6,"strategic_kpis":0.4} | Default Q1 portfolio  |
    | Q1-2026 Growth | 2026-Q1    |                  1200 | north_star_only | {}                                      | Pure NSM maximization |
    """)

  static let constraints = SeedTable(
    .constraints,
    """
    | scenario_name | constraint_set_name | constraint_type       | dimension  | key                      | min_tokens | max_tokens | target_kpi_key | target_value | notes                               |
    | Q1-2026 Core  | Baseline            | capacity_floor        | country    | UK                       |        250 |            |                |              | Minimum UK capacity                 |
    | Q1-2026 Core  | Baseline            | capacity_cap          | country    | DE                       |            |        180 |                |              | Cap Germany                         |
    | Q1-2026 Core  | Baseline            | mandatory             | initiative | INIT-000017              |            |            |                |              | Must ship (regulatory)              |
    | Q1-2026 Core  | Baseline            | bundle_all_or_nothing | bundle     | BNDL-PAYMENTS            |            |            |                |              | If pick one, pick all in bundle     |
    | Q1-2026 Core  | Baseline            | exclude               | initiative | INIT-000044              |            |            |                |              | Blocked by legal                    |
    | Q1-2026 Core  | Aggressive          | capacity_floor        | country    | UK                       |        350 |            |                |              | More UK investment                  |
    | Q1-2026 Core  | Aggressive          | capacity_cap          | country    | DE                       |            |        120 |                |              | Lower DE cap                        |
    | Q1-2026 Core  | Aggressive          | mandatory             | initiative | INIT-000017              |            |            |                |              | Same mandatory                      |
    | Q1-2026 Core  | Aggressive          | require_prereq        | initiative | INIT-000081<-INIT-000012 |            |            |                |              | “INIT-81 requires INIT-12” encoding |
    """)

  static let targets = SeedTable(
    .targets,
    """
    | scenario_name | constraint_set_name | country | kpi_key        | floor_or_goal | target_value | notes               |
    | Q1-2026 Core  | Baseline            | UK      | NSM_ORDERS     | floor         |       200000 | Must not drop below |
    | Q1-2026 Core  | Baseline            | UK      | KPI_CONVERSION | goal          |        0.035 | Stretch goal        |
    | Q1-2026 Core  | Aggressive          | UK      | NSM_ORDERS     | goal          |       240000 | Push growth         |
    | Q1-2026 Core  | Aggressive          | DE      | NSM_ORDERS     | floor         |       120000 | Keep stable         |
    """)

  static let candidates = SeedTable(
    .candidates,
    """
    | initiative_key | engineering_tokens | deadline_date | is_mandatory | mandate_reason | bundle_key    | prerequisite_keys | exclusion_keys | is_selected_for_run | notes           |
    | INIT-000017    |                180 | 2026-02-15    | TRUE         | Regulatory     |               |                   |                | TRUE                | Regulatory      |
    | INIT-000081    |                220 |               |              |                | BNDL-PAYMENTS | INIT-000012       |                | TRUE                | Depends on auth |
    | INIT-000044    |                120 |               |              |                |               |                   | INIT-000099    | FALSE               | Blocked         |
    """)
}
