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

  @Test func `the choice made in a oneof is kept at its default`() throws {
    let choices: [Choices.Choice] = [
      .number(0), .fraction(0), .flag(false), .text(""), .data([]), .color(.unspecified), .part(Part()),
    ]
    for choice in choices {
      let message = Choices(choice: choice)
      #expect(try !message.wireBytes().isEmpty)
      #expect(try Choices(wireBytes: message.wireBytes()) == message)
    }
  }

  @Test func `of the choices of a oneof the last one counts`() throws {
    #expect(try Choices(wireBytes: [0x08, 5, 0x22, 1, 0x61]).choice == .text("a"))
    #expect(try Choices(wireBytes: [0x22, 1, 0x61, 0x22, 0]).choice == .text(""))
    // The specification would have the halves of one message put together here; protobuf-c 1.4 takes the last. No sender does this.
    let halves: [UInt8] = [0x3A, 3, 0x0A, 1, 0x61] + [0x3A, 2, 0x10, 7]
    #expect(try Choices(wireBytes: halves).choice == .part(Part(numbers: [7])))
  }

  @Test func `a message sent in parts is put together`() throws {
    let first = try Kinds(plainInt32: 1, stringValue: "a", part: Part(key: "k", numbers: [1])).wireBytes()
    let second = try Kinds(plainInt32: 2, part: Part(numbers: [2, 3])).wireBytes()
    #expect(
      try Kinds(wireBytes: first + second) == Kinds(plainInt32: 2, stringValue: "a", part: Part(key: "k", numbers: [1, 2, 3])))
    let lists = try Lists(plainInt32: [1], stringValue: ["a", ""], part: [Part()]).wireBytes()
    #expect(
      try Lists(wireBytes: lists + lists) == Lists(plainInt32: [1, 1], stringValue: ["a", "", "a", ""], part: [Part(), Part()]))
  }

  @Test func `lists of numbers are read packed or one by one`() throws {
    #expect(try Lists(wireBytes: [0x08, 1, 0x08, 2]).plainInt32 == [1, 2])
    #expect(try Lists(wireBytes: [0x0A, 2, 1, 2, 0x08, 3]).plainInt32 == [1, 2, 3])
  }

  @Test func `a message comes back from its JSON as it was`() throws {
    let json = config.jsonValue
    #expect(json["revision"] == "9007199254740993")
    #expect(try MetricsConfig(jsonValue: JSONValue(parsing: json.text())) == config)
  }
}
