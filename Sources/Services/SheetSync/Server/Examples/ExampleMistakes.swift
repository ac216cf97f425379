internal import SheetSyncDomain

/// A workbook in which most rows are wrong on purpose, each in a way of its own that its notes tell, between rows that are right.
enum ExampleMistakes {
  static let fileName = "Mistakes.xlsx"
  private static let scenario: NewValue = "Q1-2026 Mistakes"

  static var workbook: NewWorkbook {
    NewWorkbook(
      fileName: fileName,
      tabs: [
        TabLayout(.metricsConfig).tab(metrics), TabLayout(.candidates).tab(candidates), TabLayout(.scenarioConfig).tab(scenarios),
        TabLayout(.constraints).tab(constraints), TabLayout(.targets).tab(targets), TabLayout(.runs).tab([]),
        TabLayout(.results).tab([]), TabLayout(.gapsAlerts).tab([]),
      ])
  }

  /// A batch with any error changes nothing: the registry needs exactly one north star at every moment.
  private static let metrics: [TabLayout.Row] = [
    ["kpi_key": "NSM_ORDERS", "kpi_name": "Orders a quarter", "kpi_level": "north_star", "unit": "orders", "is_active": true],
    [
      "kpi_key": "NSM_REVENUE", "kpi_name": "Revenue", "kpi_level": "north_star", "unit": "EUR", "is_active": true,
      "notes": "A second active north star",
    ],
    [
      "kpi_key": "KPI_CONVERSION", "kpi_name": "Checkout conversion", "kpi_level": "strategic", "unit": "ratio", "is_active": true,
    ],
    [
      "kpi_key": "kpi_conversion", "kpi_name": "Conversion, again", "kpi_level": "strategic", "unit": "ratio",
      "notes": "The same key as the row above, in small letters",
    ],
    ["kpi_key": "KPI_RETENTION", "kpi_level": "strategical", "unit": "ratio", "notes": "A level that does not exist"],
    ["kpi_key": "KPI DELIVERY", "kpi_level": "strategic", "unit": "days", "notes": "A space in the key"],
    ["kpi_name": "Net promoter score", "kpi_level": "supporting", "notes": "No key"],
    ["kpi_key": "KPI_NPS", "kpi_level": "supporting", "is_active": "perhaps", "notes": "Neither TRUE nor FALSE"],
    ["kpi_key": "KPI_SITE_SPEED", "kpi_level": "supporting", "direction": "downwards", "notes": "A direction that does not exist"],
  ]

  private static let candidates: [TabLayout.Row] = [
    [
      "initiative_key": "INIT-000036", "title": "Gift cards", "engineering_tokens": 60, "is_selected_for_run": true,
      "notes": "This row is right",
    ],
    ["initiative_key": "INIT-000024", "engineering_tokens": "18O", "notes": "A letter O in the number"],
    ["initiative_key": "INIT-000023", "engineering_tokens": 180.5, "notes": "Half a token"],
    ["initiative_key": "INIT-000029", "engineering_tokens": -20, "notes": "Less than nothing"],
    ["initiative_key": "INIT-00O017", "engineering_tokens": 180, "notes": "A letter O in the key: no such initiative"],
    [
      "initiative_key": "INIT-000048", "engineering_tokens": 35, "prerequisite_keys": "INIT-000777",
      "notes": "A prerequisite that does not exist",
    ],
    [
      "initiative_key": "INIT-000049", "engineering_tokens": 45, "prerequisite_keys": "INIT-000049",
      "notes": "It needs itself",
    ],
    [
      "initiative_key": "INIT-000051", "engineering_tokens": 70, "exclusion_keys": "INIT-000045, INIT-0000046",
      "notes": "An exclusion with a zero too many",
    ],
    [
      "initiative_key": "INIT-000047", "engineering_tokens": 60, "is_mandatory": true,
      "notes": "Mandatory without a mandate_reason",
    ],
    ["initiative_key": "INIT-000053", "engineering_tokens": 50, "is_mandatory": "maybe", "notes": "Neither TRUE nor FALSE"],
    ["initiative_key": "INIT-000074", "engineering_tokens": 50, "deadline_date": "31st of March", "notes": "A date in words"],
    [
      "initiative_key": "INIT-000075", "engineering_tokens": 60, "deadline_date": "2026-02-30",
      "notes": "A day that February lacks",
    ],
    ["initiative_key": "INIT-000085", "engineering_tokens": 60, "notes": "Twice in this tab: here"],
    ["initiative_key": "init-000085", "engineering_tokens": 65, "notes": "Twice in this tab: and here"],
    ["engineering_tokens": 40, "notes": "No key"],
  ]

  private static let scenarios: [TabLayout.Row] = [
    [
      "scenario_name": scenario, "period_key": "2026-Q1", "capacity_total_tokens": 1200, "objective_mode": "north_star",
      "notes": "This row is right",
    ],
    [
      "scenario_name": "Broken JSON", "period_key": "2026-Q1", "capacity_total_tokens": 1200, "objective_mode": "weighted_kpis",
      "objective_weights_json": #"{"north_star":0.6,"strategic_kpis":}"#, "notes": "A weight is missing from the JSON",
    ],
    [
      "scenario_name": "Misspelt KPI", "period_key": "2026-Q1", "capacity_total_tokens": 1200, "objective_mode": "weighted_kpis",
      "objective_weights_json": "north_star=0.6, KPI_CONVERSON=0.4", "notes": "An I is missing from the KPI",
    ],
    [
      "scenario_name": "No weights", "period_key": "2026-Q1", "capacity_total_tokens": 1200, "objective_mode": "weighted_kpis",
      "notes": "Weighted, but without weights",
    ],
    [
      "scenario_name": "Unknown mode", "period_key": "2026-Q1", "capacity_total_tokens": 1200, "objective_mode": "maximise",
      "notes": "A mode that does not exist",
    ],
    [
      "scenario_name": "No capacity", "period_key": "2026-Q1", "capacity_total_tokens": 0, "objective_mode": "north_star",
      "notes": "Nothing to hand out",
    ],
    [
      "scenario_name": "Odd period", "period_key": "Q1 of 2026", "capacity_total_tokens": 1200, "objective_mode": "north_star",
      "notes": "A period in words",
    ],
  ]

  private static let constraints: [TabLayout.Row] =
    rules(
      "Floors over capacity",
      [
        ["constraint_type": "capacity_floor", "dimension": "country", "key": "UK", "min_tokens": 800],
        [
          "constraint_type": "capacity_floor", "dimension": "country", "key": "DE", "min_tokens": 600,
          "notes": "With the row above more than the 1,200 that there are",
        ],
      ])
    + rules(
      "Contradictions",
      [
        [
          "constraint_type": "mandatory", "dimension": "initiative", "key": "INIT-000044",
          "notes": "Must ship, and two rows below must not",
        ],
        ["constraint_type": "mandatory", "dimension": "initiative", "key": "INIT-000036"],
        ["constraint_type": "exclude", "dimension": "initiative", "key": "INIT-000044", "notes": "Excluded although mandatory"],
        [
          "constraint_type": "capacity_floor", "dimension": "country", "key": "ES", "min_tokens": 200,
          "notes": "A floor over the cap below",
        ],
        [
          "constraint_type": "capacity_cap", "dimension": "country", "key": "ES", "max_tokens": 100,
          "notes": "A cap under the floor above",
        ],
      ])
    + rules(
      "Typing errors",
      [
        ["constraint_type": "capacity_cap", "dimension": "country", "key": "NL", "max_tokens": 150, "notes": "This row is right"],
        ["constraint_type": "capacity_flor", "dimension": "country", "key": "UK", "min_tokens": 250, "notes": "An O is missing"],
        ["constraint_type": "capacity_cap", "dimension": "contry", "key": "UK", "max_tokens": 250, "notes": "A U is missing"],
        ["constraint_type": "capacity_cap", "dimension": "country", "key": "FR", "notes": "A cap without its number"],
        [
          "constraint_type": "require_prereq", "dimension": "initiative", "key": "INIT-000081->INIT-000012",
          "notes": "The arrow points the wrong way",
        ],
        [
          "constraint_type": "require_prereq", "dimension": "initiative", "key": "INIT-000081<-INIT-000777",
          "notes": "A prerequisite that does not exist",
        ],
        ["constraint_type": "exclude_pair", "dimension": "initiative", "key": "INIT-000057", "notes": "A pair of one"],
        ["constraint_type": "bundle_all_or_nothing", "dimension": "bundle", "key": "BNDL-PAYMENT", "notes": "An S is missing"],
        [
          "constraint_type": "exclude", "dimension": "initiative", "key": "INIT-000036", "min_tokens": "l00",
          "notes": "A column that exclude does not use, with a letter in it",
        ],
      ])

  private static let targets: [TabLayout.Row] = [
    target(
      "Typing errors",
      ["country": "UK", "kpi_key": "KPI_CONVERSON", "floor_or_goal": "goal", "target_value": 0.035, "notes": "An I is missing"]),
    target(
      "Typing errors",
      ["country": "UK", "kpi_key": "NSM_ORDERS", "floor_or_goal": "gaol", "target_value": 200_000, "notes": "Letters swapped"]),
    target("Typing errors", ["country": "DE", "kpi_key": "NSM_ORDERS", "floor_or_goal": "floor", "notes": "No value"]),
    target(
      "Typing errors",
      [
        "country": "FR", "kpi_key": "NSM_ORDERS", "floor_or_goal": "floor", "target_value": "about 90,000",
        "notes": "A value in words",
      ]),
    target(
      "Out of reach",
      [
        "country": "PL", "kpi_key": "NSM_ORDERS", "floor_or_goal": "floor", "target_value": 900_000,
        "notes": "More than all candidates can bring",
      ]),
    target(
      "Out of reach",
      [
        "country": "ES", "kpi_key": "NSM_ORDERS", "floor_or_goal": "goal", "target_value": 50_000,
        "notes": "Twice in this set: here",
      ]),
    target(
      "Out of reach",
      [
        "country": "es", "kpi_key": "nsm_orders", "floor_or_goal": "goal", "target_value": 60_000,
        "notes": "Twice in this set: and here",
      ]
    ),
  ]

  private static func rules(_ set: NewValue, _ rows: [TabLayout.Row]) -> [TabLayout.Row] {
    rows.map { $0.merging(["scenario_name": scenario, "constraint_set_name": set]) { mine, _ in mine } }
  }

  private static func target(_ set: NewValue, _ row: TabLayout.Row) -> TabLayout.Row {
    row.merging(["scenario_name": scenario, "constraint_set_name": set]) { mine, _ in mine }
  }
}
