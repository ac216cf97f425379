import Messages
import Testing
import Wire

struct RoundTripTests {
  private let config = MetricsConfig(
    revision: 9_007_199_254_740_993,
    kpis: [
      Kpi(kpiKey: "KPI_É", kpiName: "Ünï 📈", kpiLevel: .northStar, unit: "%", direction: .lowerIsBetter, isActive: true),
      Kpi(),
    ],
    savedBy: "ana", savedAtUs: -1)

  @Test func `a message comes back from its bytes as it was`() throws {
    let bytes = try config.wireBytes()
    #expect(try MetricsConfig(wireBytes: bytes) == config)
    let event = ActionEvent(event: .actionRun(ActionRun(actionRunId: "a", status: .partial, counts: SaveCounts(rows: 3))))
    #expect(try ActionEvent(wireBytes: event.wireBytes()) == event)
  }

  @Test func `a message at its defaults has no bytes`() throws {
    #expect(try MetricsConfig().wireBytes() == [])
    #expect(try MetricsConfig(wireBytes: []) == MetricsConfig())
  }

  @Test func `a message comes back from its JSON as it was`() throws {
    let json = config.jsonValue
    #expect(json["revision"] == "9007199254740993")
    #expect(try MetricsConfig(jsonValue: JSONValue(parsing: json.text())) == config)
  }
}
