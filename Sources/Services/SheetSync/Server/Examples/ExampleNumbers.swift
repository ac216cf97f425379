/// The numbers behind the example company's math models, and what its initiatives are scored by.
enum ExampleNumbers {
  static let params: [TabLayout.Row] = [
    param("INIT-000081", "Checkout funnel", "checkout_visits", 5_800_000, "visits a quarter", "Web analytics, UK, 2025"),
    param("INIT-000081", "Checkout funnel", "uplift", 0.0042, "ratio", "Two tests in 2025"),
    param("INIT-000082", "Wallet share", "wallet_share", 0.38, "ratio", "Survey of mobile customers"),
    param("INIT-000046", "Promise kept", "on_time_share", 0.9, "ratio", "Parcels of the last quarter"),
    param("INIT-000034", "Members' orders", "members", 60_000, "people", "Plan of the loyalty team"),
  ]

  static let scores: [TabLayout.Row] = [
    score("INIT-000081", "reach", 5_800_000), score("INIT-000081", "confidence", 0.8), score("INIT-000081", "effort", 220),
    score("INIT-000046", "reach", 2_100_000), score("INIT-000046", "confidence", 0.6), score("INIT-000046", "effort", 95),
  ]

  private static func param(
    _ initiative: String, _ model: String, _ name: String, _ value: Double, _ unit: String, _ source: String
  ) -> TabLayout.Row {
    [
      "initiative_key": .text(initiative), "model_name": .text(model), "param_name": .text(name), "value": .number(value),
      "unit": .text(unit), "source": .text(source),
    ]
  }

  private static func score(_ initiative: String, _ input: String, _ value: Double) -> TabLayout.Row {
    ["initiative_key": .text(initiative), "input_name": .text(input), "value": .number(value)]
  }
}
