/// What the columns of a compiled set are to say, as JSON. What most sets have none of says so unless it is given.
struct GoldenSet {
  var floors: String
  var caps: String
  var targets: String
  var mandatory: String
  var bundles = #"{"bundles": []}"#
  var exclusions = #"{"exclude_initiatives": [], "exclude_bundles": [], "exclude_pairs": []}"#
  var prerequisites = #"{"prerequisites": []}"#
  var synergies = #"{"synergies": []}"#
}

/// The seeds' examples of compiled sets (002), in the list form that the columns of the store have. What the seeds leave out, as an empty
/// list or a baseline of 0, is there.
extension GoldenSet {
  /// The rows of the example tables that are named Baseline.
  static let baseline = GoldenSet(
    floors: #"{"capacity_floors": [{"dimension": "country", "key": "UK", "min_tokens": 250}], "min_selected": []}"#,
    caps: #"{"capacity_caps": [{"dimension": "country", "key": "DE", "max_tokens": 180}], "max_selected": []}"#,
    targets: """
      {"kpi_targets": [
        {"kpi_key": "KPI_CONVERSION", "dimension": "country", "key": "UK", "floor_or_goal": "goal", "target_value": 0.035,
         "baseline_value": 0, "unit": "ratio", "notes": "Stretch goal"},
        {"kpi_key": "NSM_ORDERS", "dimension": "country", "key": "UK", "floor_or_goal": "floor", "target_value": 200000,
         "baseline_value": 0, "unit": "orders", "notes": "Must not drop below"}
      ]}
      """,
    mandatory: #"{"mandatory": [{"initiative_key": "INIT-000017", "reason": "Must ship (regulatory)"}]}"#,
    bundles: """
      {"bundles": [
        {"bundle_key": "BNDL-PAYMENTS", "initiative_keys": [], "mode": "all_or_nothing", "notes": "If pick one, pick all in bundle"}
      ]}
      """,
    exclusions: #"{"exclude_initiatives": ["INIT-000044"], "exclude_bundles": [], "exclude_pairs": []}"#)

  /// Those that are named Aggressive.
  static let aggressive = GoldenSet(
    floors: #"{"capacity_floors": [{"dimension": "country", "key": "UK", "min_tokens": 350}], "min_selected": []}"#,
    caps: #"{"capacity_caps": [{"dimension": "country", "key": "DE", "max_tokens": 120}], "max_selected": []}"#,
    targets: """
      {"kpi_targets": [
        {"kpi_key": "NSM_ORDERS", "dimension": "country", "key": "DE", "floor_or_goal": "floor", "target_value": 120000,
         "baseline_value": 0, "unit": "orders", "notes": "Keep stable"},
        {"kpi_key": "NSM_ORDERS", "dimension": "country", "key": "UK", "floor_or_goal": "goal", "target_value": 240000,
         "baseline_value": 0, "unit": "orders", "notes": "Push growth"}
      ]}
      """,
    mandatory: #"{"mandatory": [{"initiative_key": "INIT-000017", "reason": "Same mandatory"}]}"#,
    prerequisites: #"{"prerequisites": [{"initiative_key": "INIT-000081", "requires": ["INIT-000012"]}]}"#)

  /// The example of compiled JSON for Baseline.
  static let compiledBaseline = GoldenSet(
    floors: """
      {"capacity_floors": [
        {"dimension": "country", "key": "DE", "min_tokens": 80},
        {"dimension": "country", "key": "UK", "min_tokens": 120},
        {"dimension": "department", "key": "Core", "min_tokens": 100}
      ], "min_selected": []}
      """,
    caps: #"{"capacity_caps": [{"dimension": "category", "key": "TechDebt", "max_tokens": 140}], "max_selected": []}"#,
    targets: """
      {"kpi_targets": [
        {"kpi_key": "conversion_rate", "dimension": "country", "key": "UK", "floor_or_goal": "floor", "target_value": 0.030,
         "baseline_value": 0, "unit": "ratio", "notes": ""},
        {"kpi_key": "north_star_gmv", "dimension": "country", "key": "UK", "floor_or_goal": "goal", "target_value": 1.10,
         "baseline_value": 0, "unit": "ratio", "notes": ""}
      ]}
      """,
    mandatory: #"{"mandatory": [{"initiative_key": "INIT-000123", "reason": "Regulatory deadline"}]}"#,
    bundles: """
      {"bundles": [
        {"bundle_key": "BUNDLE-ONBOARDING", "initiative_keys": ["INIT-000201", "INIT-000202"],
         "mode": "all_or_nothing", "notes": ""}
      ]}
      """)

  /// The example of compiled JSON for Aggressive.
  static let compiledAggressive = GoldenSet(
    floors: """
      {"capacity_floors": [
        {"dimension": "country", "key": "UK", "min_tokens": 160},
        {"dimension": "department", "key": "Growth", "min_tokens": 140}
      ], "min_selected": [{"dimension": "country", "key": "UK", "min_count": 5}]}
      """,
    caps: """
      {
        "capacity_caps": [{"dimension": "category", "key": "TechDebt", "max_tokens": 90}],
        "max_selected": [{"dimension": "category", "key": "TechDebt", "max_count": 2}]
      }
      """,
    targets: """
      {"kpi_targets": [
        {"kpi_key": "conversion_rate", "dimension": "country", "key": "UK", "floor_or_goal": "floor", "target_value": 0.035,
         "baseline_value": 0, "unit": "ratio", "notes": ""},
        {"kpi_key": "north_star_gmv", "dimension": "country", "key": "UK", "floor_or_goal": "goal", "target_value": 1.20,
         "baseline_value": 0, "unit": "ratio", "notes": ""}
      ]}
      """,
    mandatory: """
      {"mandatory": [
        {"initiative_key": "INIT-000123", "reason": "Regulatory deadline"},
        {"initiative_key": "INIT-000305", "reason": "Growth bet required for aggressive plan"}
      ]}
      """,
    bundles: """
      {"bundles": [
        {"bundle_key": "BUNDLE-ONBOARDING", "initiative_keys": ["INIT-000201", "INIT-000202"],
         "mode": "all_or_nothing", "notes": ""},
        {"bundle_key": "BUNDLE-RETENTION", "initiative_keys": ["INIT-000401", "INIT-000402", "INIT-000403"],
         "mode": "all_or_nothing", "notes": ""}
      ]}
      """,
    exclusions: #"{"exclude_initiatives": ["INIT-000999"], "exclude_bundles": [], "exclude_pairs": []}"#)

  /// What the compact examples say (floors_json `{"country": {"UK": 200, …}}`), in list form.
  static let compact = GoldenSet(
    floors: """
      {"capacity_floors": [
        {"dimension": "country", "key": "DE", "min_tokens": 120},
        {"dimension": "country", "key": "UK", "min_tokens": 200},
        {"dimension": "department", "key": "Growth", "min_tokens": 300}
      ], "min_selected": []}
      """,
    caps: #"{"capacity_caps": [{"dimension": "department", "key": "Platform", "max_tokens": 250}], "max_selected": []}"#,
    targets: """
      {"kpi_targets": [
        {"kpi_key": "kpi.cost_per_order", "dimension": "country", "key": "UK", "floor_or_goal": "cap", "target_value": 5.0,
         "baseline_value": 0, "unit": "EUR", "notes": ""},
        {"kpi_key": "kpi.delivery_time", "dimension": "country", "key": "UK", "floor_or_goal": "goal", "target_value": 2.3,
         "baseline_value": 0, "unit": "days", "notes": ""}
      ]}
      """,
    mandatory: """
      {"mandatory": [
        {"initiative_key": "INIT-000017", "reason": "in the example"}, {"initiative_key": "INIT-000022", "reason": "in the example"}
      ]}
      """,
    bundles: """
      {"bundles": [
        {"bundle_key": "BUNDLE-1", "initiative_keys": ["INIT-000010", "INIT-000011"], "mode": "all_or_nothing", "notes": ""}
      ]}
      """,
    exclusions: #"{"exclude_initiatives": [], "exclude_bundles": [], "exclude_pairs": [["INIT-000010", "INIT-000099"]]}"#)
}
