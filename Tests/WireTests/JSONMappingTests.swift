import Messages
import Testing
import Wire

struct JSONMappingTests {
  private func error<Message: WireMessage>(reading type: Message.Type, _ text: String) throws -> String? {
    let json = try JSONValue(parsing: text)
    do throws(JSONMappingError) {
      _ = try Message(jsonValue: json)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `every kind of field has its proto3 form`() {
    let kinds = Kinds(
      plainInt32: -1, plainInt64: 9_007_199_254_740_993, plainUint32: 4_294_967_295, plainUint64: .max, floatValue: 0.1,
      doubleValue: 1e21,
      boolValue: true, stringValue: "é\"", bytesValue: [0xFB, 0xFF], color: .darkBlue, part: Part(key: "k", numbers: [1, 2]))
    #expect(
      kinds.jsonValue.text() == """
        {"plainInt32":-1,"plainInt64":"9007199254740993","plainUint32":4294967295,"plainUint64":"18446744073709551615",\
        "floatValue":0.1,"doubleValue":1e+21,"boolValue":true,"stringValue":"é\\"","bytesValue":"+/8=","color":"COLOR_DARK_BLUE",\
        "part":{"key":"k","numbers":[1,2]}}
        """)
  }

  @Test func `defaults are written only when asked for`() {
    #expect(SaveCounts().jsonValue.text() == "{}")
    #expect(Part().jsonValue(includingDefaults: true).text() == #"{"key":"","numbers":[]}"#)
    #expect(Kpi().jsonValue(includingDefaults: true)["kpiLevel"] == "KPI_LEVEL_UNSPECIFIED")
  }

  @Test func `the choice of a oneof is written even at its default`() throws {
    #expect(Choices(choice: .number(0)).jsonValue.text() == #"{"number":"0"}"#)
    #expect(Choices(choice: .part(Part())).jsonValue.text() == #"{"part":{}}"#)
    #expect(Choices().jsonValue.text() == "{}")
    #expect(try Choices(jsonValue: ["flag": false]).choice == .flag(false))
    #expect(
      try error(reading: Choices.self, #"{"flag":true,"text":"a"}"#) == "text: another choice of the same oneof is given as well")
    #expect(try Choices(jsonValue: ["flag": nil, "text": "a", "field": 3]) == Choices(choice: .text("a"), second: .field(3)))
  }

  @Test func `numbers may come as strings and in any notation`() throws {
    let json = #"{"plainInt32":"-7","plainInt64":12,"plainUint32":1.0,"plainUint64":"1e3","doubleValue":"0.5","floatValue":3}"#
    let kinds = Kinds(plainInt32: -7, plainInt64: 12, plainUint32: 1, plainUint64: 1000, floatValue: 3, doubleValue: 0.5)
    #expect(try Kinds(jsonValue: JSONValue(parsing: json)) == kinds)
  }

  @Test func `doubles beyond JSON's numbers are words`() throws {
    #expect(Kinds(doubleValue: .infinity).jsonValue["doubleValue"] == "Infinity")
    #expect(Kinds(floatValue: -.infinity).jsonValue["floatValue"] == "-Infinity")
    #expect(try Kinds(jsonValue: ["doubleValue": "-Infinity"]).doubleValue == -.infinity)
    #expect(try Kinds(jsonValue: Kinds(doubleValue: .nan).jsonValue).doubleValue.isNaN)
  }

  @Test func `enumerations may come by name or by number`() throws {
    #expect(try Kpi(jsonValue: ["kpiLevel": "KPI_LEVEL_STRATEGIC"]).kpiLevel == .strategic)
    #expect(try Kpi(jsonValue: ["kpi_level": 2]).kpiLevel == .strategic)
    #expect(
      try error(reading: Kpi.self, #"{"kpiLevel":"STRATEGIC"}"#)
        == "kpiLevel: lodestar.metrics.v1.KpiLevel has no value \"STRATEGIC\"")
    #expect(try error(reading: Kpi.self, #"{"kpiLevel":9}"#) == "kpiLevel: lodestar.metrics.v1.KpiLevel has no value 9")
  }

  @Test(arguments: [
    ("[]", "expected an object"),
    (#"{"rows":[{},{"kpiLevel":7}]}"#, "rows[1].kpiLevel: expected a string"),
    (#"{"rows":{}}"#, "rows: expected a list"),
    (#"{"rows":[null]}"#, "rows[0]: expected an object"),
    (#"{"rows":[{"row_number":-1}]}"#, "rows[0].row_number: expected a whole number from 0 to 4294967295"),
    (#"{"rows":[{"rowNumber":1.5}]}"#, "rows[0].rowNumber: expected a whole number from 0 to 4294967295"),
    (#"{"rows":[{"rowNumber":true}]}"#, "rows[0].rowNumber: expected a whole number"),
    (#"{"rows":[{"isActive":"true"}]}"#, "rows[0].isActive: expected true or false"),
    (#"{"rows":[{"unit":"\u0000"}]}"#, "rows[0].unit: a string may not hold U+0000"),
    (#"{"colour":1}"#, "colour: lodestar.metrics.v1.SaveMetricsConfigRequest has no such field"),
    (#"{"validate_only":true,"validateOnly":true}"#, "validateOnly: given twice, by both its names"),
  ]) func `an error says where and what would be right`(text: String, message: String) throws {
    #expect(try error(reading: SaveMetricsConfigRequest.self, text) == message)
  }

  @Test(arguments: [
    #"{"bytesValue":"+"}"#, #"{"bytesValue":[1]}"#, #"{"floatValue":1e39}"#, #"{"doubleValue":1e400}"#, #"{"doubleValue":"x"}"#,
    #"{"plainInt32":2147483648}"#, #"{"plainInt64":"9223372036854775808"}"#, #"{"plainInt64":""}"#, #"{"plainInt64":"[1]"}"#,
    #"{"part":1}"#,
  ]) func `values out of range or of another kind are refused`(text: String) throws {
    #expect(try error(reading: Kinds.self, text) != nil)
  }
}
