/// What people wrote beside a row of Results.
public struct ResultNotesRow: TypedRow, Hashable {
  public static var tab: TabName { .results }
  public let number: Int
  public let runID: String
  public let initiativeKey: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    runID = row.text("run_id")
    initiativeKey = row.text("initiative_key")
    notes = row.text("notes")
  }
}

/// What people wrote beside a row of Gaps_Alerts.
public struct GapNotesRow: TypedRow, Hashable {
  public static var tab: TabName { .gapsAlerts }
  public let number: Int
  public let runID: String
  public let scenarioName: String
  public let constraintSetName: String
  public let country: String
  public let kpiKey: String
  public let recommendation: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    runID = row.text("run_id")
    scenarioName = row.text("scenario_name")
    constraintSetName = row.text("constraint_set_name")
    country = row.text("country")
    kpiKey = row.text("kpi_key")
    recommendation = row.text("recommendation")
    notes = row.text("notes")
  }
}
