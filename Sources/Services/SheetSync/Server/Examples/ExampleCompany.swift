/// What the example workbooks hold: an online shop that plans its first quarter of 2026.
///
/// The numbers are made so that planning is worth a solver: in each scenario and constraint set below there is a feasible
/// portfolio, taking the best initiatives one after the other does not find the best one, and most rules cost something.
enum ExampleCompany {
  struct KPI {
    var key: String
    var name: String
    var level: String
    var unit: String
    var isLowerBetter = false
    var isActive = true
    var description: String
  }

  struct Scenario {
    var name: String
    var period: String
    var capacity: Double
    var mode: String
    var weights: String
    var notes: String
  }

  struct Rule {
    var scenario: String
    var set: String
    var type: String
    var dimension: String
    var key: String
    var minimum: Double?
    var maximum: Double?
    var notes: String
  }

  struct Target {
    var scenario: String
    var set: String
    /// Empty for the whole portfolio.
    var country: String
    var kpi: String
    var kind: String
    var value: Double
    var baseline: Double
    var notes: String
  }

  struct MathModel {
    var initiative: String
    var name: String
    var formula: String
    var assumptions: String
    var chain: String
    var suggestion: String
    var isApproved: Bool
  }

  static let kpis: [KPI] = [
    KPI(
      key: "NSM_ORDERS", name: "Orders a quarter", level: "north_star", unit: "orders",
      description: "Orders that reached the customer, counted per country and quarter."),
    KPI(
      key: "KPI_CONVERSION", name: "Checkout conversion", level: "strategic", unit: "ratio",
      description: "Share of visits that end in an order."),
    KPI(
      key: "KPI_RETENTION", name: "Customers who buy again", level: "strategic", unit: "ratio",
      description: "Share of customers with a second order within 90 days."),
    KPI(
      key: "KPI_DELIVERY_DAYS", name: "Days to the door", level: "strategic", unit: "days", isLowerBetter: true,
      description: "Average days from order to delivery."),
    KPI(
      key: "KPI_SITE_SPEED", name: "Page load time", level: "supporting", unit: "ms", isLowerBetter: true,
      description: "Time until a page can be used, 75th percentile."),
    KPI(
      key: "KPI_NPS", name: "Net promoter score", level: "supporting", unit: "points",
      description: "From the survey after delivery."),
    KPI(
      key: "KPI_SUPPORT_TICKETS", name: "Support tickets", level: "supporting", unit: "tickets per 1,000 orders",
      isLowerBetter: true, description: "Contacts that a person had to answer."),
    KPI(
      key: "KPI_GMV", name: "Gross merchandise value", level: "strategic", unit: "EUR", isActive: false,
      description: "Replaced by NSM_ORDERS in 2025."),
  ]

  static let scenarios: [Scenario] = [
    Scenario(
      name: "Q1-2026 Core", period: "2026-Q1", capacity: 1200, mode: "weighted_kpis",
      weights: #"{"north_star":0.6,"strategic_kpis":0.4}"#, notes: "Default Q1 portfolio"),
    Scenario(
      name: "Q1-2026 Growth", period: "2026-Q1", capacity: 1200, mode: "north_star_only", weights: "{}",
      notes: "Pure NSM maximization"),
  ]

  static let rules: [Rule] =
    rules(
      "Q1-2026 Core", "Baseline",
      [
        ("capacity_floor", "country", "UK", 250, nil, "Minimum UK capacity"),
        ("capacity_cap", "country", "DE", nil, 180, "Cap Germany"),
        ("mandatory", "initiative", "INIT-000017", nil, nil, "Must ship (regulatory)"),
        ("bundle_all_or_nothing", "bundle", "BNDL-PAYMENTS", nil, nil, "If pick one, pick all in bundle"),
        ("exclude", "initiative", "INIT-000044", nil, nil, "Blocked by legal"),
        ("bundle_all_or_nothing", "bundle", "BNDL-RETURNS", nil, nil, "A portal without labels helps nobody"),
        ("capacity_floor", "category", "TechDebt", 120, nil, "A tenth of the quarter goes into foundations"),
        ("capacity_cap", "department", "Logistics", nil, 320, "Two squads until April"),
        ("exclude_pair", "initiative", "INIT-000057<>INIT-000058", nil, nil, "One change of carriers in France at a time"),
      ])
    + rules(
      "Q1-2026 Core", "Aggressive",
      [
        ("capacity_floor", "country", "UK", 350, nil, "More UK investment"),
        ("capacity_cap", "country", "DE", nil, 120, "Lower DE cap"),
        ("mandatory", "initiative", "INIT-000017", nil, nil, "Same mandatory"),
        ("require_prereq", "initiative", "INIT-000081<-INIT-000012", nil, nil, "“INIT-81 requires INIT-12” encoding"),
        ("bundle_all_or_nothing", "bundle", "BNDL-PAYMENTS", nil, nil, "If pick one, pick all in bundle"),
        ("bundle_all_or_nothing", "bundle", "BNDL-RETURNS", nil, nil, "A portal without labels helps nobody"),
        ("capacity_cap", "category", "TechDebt", nil, 90, "Foundations wait a quarter"),
        ("capacity_floor", "department", "Growth", 140, nil, "Growth keeps its squad"),
      ])
    + rules(
      "Q1-2026 Growth", "Baseline",
      [
        ("capacity_floor", "country", "UK", 250, nil, "Minimum UK capacity"),
        ("capacity_cap", "country", "DE", nil, 200, "Cap Germany"),
        ("mandatory", "initiative", "INIT-000017", nil, nil, "Must ship (regulatory)"),
        ("bundle_all_or_nothing", "bundle", "BNDL-PAYMENTS", nil, nil, "If pick one, pick all in bundle"),
        ("bundle_all_or_nothing", "bundle", "BNDL-RETURNS", nil, nil, "A portal without labels helps nobody"),
        ("capacity_floor", "category", "TechDebt", 80, nil, "Foundations are not forgotten"),
        ("capacity_cap", "department", "Payments", nil, 420, "Payments has three squads"),
      ])

  static let targets: [Target] = [
    Target(
      scenario: "Q1-2026 Core", set: "Baseline", country: "UK", kpi: "NSM_ORDERS", kind: "floor", value: 200_000, baseline: 163_000,
      notes: "Must not drop below"),
    Target(
      scenario: "Q1-2026 Core", set: "Baseline", country: "UK", kpi: "KPI_CONVERSION", kind: "goal", value: 0.035,
      baseline: 0.0286, notes: "Stretch goal"),
    Target(
      scenario: "Q1-2026 Core", set: "Aggressive", country: "UK", kpi: "NSM_ORDERS", kind: "goal", value: 240_000,
      baseline: 163_000, notes: "Push growth"),
    Target(
      scenario: "Q1-2026 Core", set: "Aggressive", country: "DE", kpi: "NSM_ORDERS", kind: "floor", value: 120_000,
      baseline: 111_500, notes: "Keep stable"),
    Target(
      scenario: "Q1-2026 Growth", set: "Baseline", country: "UK", kpi: "NSM_ORDERS", kind: "floor", value: 195_000,
      baseline: 163_000, notes: "Must not drop below"),
    Target(
      scenario: "Q1-2026 Growth", set: "Baseline", country: "FR", kpi: "NSM_ORDERS", kind: "goal", value: 90_000, baseline: 81_000,
      notes: "France should catch up"),
    Target(
      scenario: "Q1-2026 Growth", set: "Baseline", country: "ALL", kpi: "KPI_DELIVERY_DAYS", kind: "cap", value: 2.2, baseline: 2.9,
      notes: "Growth must not cost delivery: at most 2.2 days"),
  ]

  static let mathModels: [MathModel] = [
    MathModel(
      initiative: "INIT-000081", name: "Checkout funnel", formula: "orders = checkout visits × uplift of conversion",
      assumptions: "5.8 million UK checkout visits a quarter; +0.42 points from two tests in 2025",
      chain: "KPI_SITE_SPEED -> KPI_CONVERSION -> NSM_ORDERS", suggestion: "KPI_CONVERSION -> NSM_ORDERS", isApproved: true),
    MathModel(
      initiative: "INIT-000082", name: "Wallet share", formula: "orders = mobile visits × wallet share × uplift",
      assumptions: "38 % of mobile customers have a wallet set up", chain: "KPI_CONVERSION -> NSM_ORDERS", suggestion: "",
      isApproved: true),
    MathModel(
      initiative: "INIT-000046", name: "Promise kept", formula: "orders = sessions × share that sees the promise × uplift",
      assumptions: "Nine parcels in ten arrive within two days",
      chain: "KPI_DELIVERY_DAYS -> KPI_RETENTION -> NSM_ORDERS\nKPI_DELIVERY_DAYS -> KPI_NPS",
      suggestion: "", isApproved: true),
    MathModel(
      initiative: "INIT-000034", name: "Members' orders", formula: "orders = members × extra orders per member",
      assumptions: "60,000 members by the end of the quarter", chain: "KPI_RETENTION -> NSM_ORDERS", suggestion: "",
      isApproved: true),
    MathModel(
      initiative: "INIT-000029", name: "Speed", formula: "uplift = 0.07 points for each 100 ms",
      assumptions: "Measured on product pages only", chain: "", suggestion: "KPI_SITE_SPEED -> KPI_CONVERSION -> NSM_ORDERS",
      isApproved: false),
  ]

  static let countries = ["UK", "DE", "FR", "ES", "NL", "PL"]
  static let departments = ["Checkout", "Core", "Data", "Growth", "Logistics", "Payments", "Service"]
  static let categories = ["Compliance", "Experience", "Platform", "Revenue", "TechDebt"]
  static let statuses = ["idea", "discovery", "ready", "committed", "blocked", "parked"]

  private static func rules(
    _ scenario: String, _ set: String,
    _ lines: [(type: String, dimension: String, key: String, minimum: Double?, maximum: Double?, notes: String)]
  ) -> [Rule] {
    lines.map { line in
      Rule(
        scenario: scenario, set: set, type: line.type, dimension: line.dimension, key: line.key, minimum: line.minimum,
        maximum: line.maximum, notes: line.notes)
    }
  }
}
