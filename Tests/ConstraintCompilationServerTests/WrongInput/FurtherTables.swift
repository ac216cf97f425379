import SheetSyncDomain

/// Rows of the types and columns that the seeds name and their example tables leave out, made up of the examples' initiatives and KPIs.
extension SeedTables {
  static let furtherConstraints = SeedTable(
    .constraints,
    """
    | scenario_name | constraint_set_name | constraint_type       | dimension     | key                                   | min_tokens | max_tokens | min_count | max_count | target_kpi_key | target_value | notes        |
    | Q1-2026 Core  | Loose               | capacity_cap          | all           |                                       |            |       1100 |           |           |                |              | A reserve    |
    | Q1-2026 Core  | Loose               | min_selected          | country       | UK                                    |            |            |         1 |           |                |              | Home         |
    | Q1-2026 Core  | Loose               | max_selected          | country       | UK                                    |            |            |           |         3 |                |              | Team size    |
    | Q1-2026 Core  | Loose               | exclude_pair          | initiative    | INIT-000044<>INIT-000099              |            |            |           |           |                |              | One team     |
    | Q1-2026 Core  | Loose               | bundle_all_or_nothing | bundle        | BNDL-GERMANY: INIT-000099, INIT-000100 |            |            |           |           |                |              | One launch   |
    | Q1-2026 Core  | Loose               | synergy_bonus         | initiative    | INIT-000017+INIT-000012               |            |            |           |           | NSM_ORDERS     |         5000 | One sign-in  |
    | Q1-2026 Core  | Loose               | synergy_bonus         | synergy_group | SYN-CHECKOUT                          |            |            |           |           | NSM_ORDERS     |         7000 | One checkout |
    | Q1-2026 Core  | Loose               | target                | country       | UK                                    |            |            |           |           | NSM_ORDERS     |       150000 | At least     |
    | Q1-2026 Core  | Tight               | exclude               | bundle        | BNDL-PAYMENTS                         |            |            |           |           |                |              | Not now      |
    """)

  static let furtherTargets = SeedTable(
    .targets,
    """
    | scenario_name | constraint_set_name | country | kpi_key        | floor_or_goal | target_value | baseline_value | notes        |
    | Q1-2026 Core  | Loose               |         | NSM_ORDERS     | floor         |       200000 |           1000 | Everywhere   |
    | Q1-2026 Core  | Loose               | UK      | KPI_CONVERSION | floor         |         0.03 |          0.031 | No worse     |
    | Q1-2026 Core  | Tight               | DE      | NSM_ORDERS     | cap           |       900000 |           2000 | Support load |
    """)

  static let furtherCandidates = SeedTable(
    .candidates,
    """
    | initiative_key | engineering_tokens | scope_mode | engineering_tokens_mvp | mvp_contribution_share | synergy_group_keys |
    | INIT-000012    |                150 | either     |                     60 |                    0.5 | SYN-CHECKOUT       |
    | INIT-000099    |                100 | mvp        |                     40 |                        | SYN-CHECKOUT       |
    | INIT-000100    |                 80 | full       |                        |                        |                    |
    """)
}
