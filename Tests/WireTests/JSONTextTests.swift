import SeededNumbers
import Testing
import Wire

struct JSONTextTests {
  private func error(parsing text: String) -> JSONParseError? {
    do throws(JSONParseError) {
      _ = try JSONValue(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a text is read into values and written as it was`() throws {
    let text = #"{"b":[1,-2.50,1E+3,9007199254740993],"a":{"":null},"t":true,"f":false,"s":"é\"\\/\n😀"}"#
    let value = try JSONValue(parsing: text)
    #expect(value["b"]?[0]?.int64Value == 1)
    #expect(value["b"]?[1]?.doubleValue == -2.5)
    #expect(value["b"]?[3]?.int64Value == 9_007_199_254_740_993)
    #expect(value["a"]?[""] == .null)
    #expect(value["t"]?.boolValue == true && value["f"]?.boolValue == false)
    #expect(value["s"]?.stringValue == "é\"\\/\n😀")
    #expect(value["c"] == nil && value["b"]?[4] == nil && value["s"]?["x"] == nil)
    #expect(value.text() == text)
    #expect(try JSONValue(parsing: value.text(pretty: true)) == value)
  }

  @Test func `a pretty text has a line for each member and element`() throws {
    let value: JSONValue = ["rows": [1, ["key": "a"], [], [:]], "n": nil]
    #expect(
      value.text(pretty: true) == """
        {
          "rows": [
            1,
            {
              "key": "a"
            },
            [],
            {}
          ],
          "n": null
        }
        """)
  }

  @Test func `escapes are read, surrogate pairs among them`() throws {
    #expect(try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\u0000""#) == .string("\"\\/\u{8}\u{C}\n\r\té😀\0"))
    #expect(JSONValue.string("\u{0}\u{1F}\u{7F}\u{8}").text() == "\"\\u0000\\u001f\u{7F}\\b\"")
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:1}", "tru", "nul", "True",
    "01", "-01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "-Infinity", "1 2", "[1]]", "\"", "\"a", "\"\n\"",
    "\"\t\"",
    "\"\\x\"", "\"\\", "\"\\u12\"", "\"\\u12g4\"", "\"\\uD800\"", "\"\\uD800x\"", "\"\\uD800\\u0041\"", "\"\\uDC00\"", "[1//a\n]",
    "{,}", "[,]",
    "\u{FEFF}1", "\"\\u+123\"",
  ]) func `a text that JSON does not allow is refused`(text: String) {
    #expect(error(parsing: text) != nil)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0xFF]] {
      #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes) }
    }
  }

  @Test func `an error says where`() {
    let twice = error(parsing: "{\n  \"a\": 1,\n  \"a\": 2\n}")
    #expect(twice?.line == 3 && twice?.column == 3 && twice?.message == "the name \"a\" comes twice in one object")
    #expect(error(parsing: "[1,\n 2 3]")?.description == "line 2, column 4: expected , or ] in a list")
    #expect(error(parsing: "[\"é\", x]")?.column == 8)
    #expect(error(parsing: "")?.description == "line 1, column 1: the text ends where a value should be")
  }

  @Test func `names that differ in bytes are different names`() throws {
    let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
  }

  @Test func `nesting ends at 64 levels`() {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(error(parsing: nested(64)) == nil)
    #expect(error(parsing: nested(65))?.message == "nested deeper than 64 levels")
    #expect(error(parsing: String(repeating: "{\"a\":", count: 100_000))?.message == "nested deeper than 64 levels")
  }

  @Test(arguments: [
    ("{\"b\":1,\"a\":[true,null,\"x\"]}", "{\"a\":[true,null,\"x\"],\"b\":1}"),
    ("{ \"é\" : 1 , \"z\" : 2, \"Z\": 3 }", "{\"Z\":3,\"z\":2,\"é\":1}"),
    ("[1.50, 15e-1, 1.5, 0.1, 1e2, 100.0, -0, -0.0, 5E-324]", "[1.5,1.5,1.5,0.1,100,100,0,0,5e-324]"),
    ("[9007199254740993, 123456789012345678901234567890]", "[9007199254740993,123456789012345678901234567890]"),
    ("[1e400]", "[1e400]"),
  ]) func `equal values have one canonical text`(text: String, canonical: String) throws {
    #expect(try JSONValue(parsing: text).canonicalText == canonical)
    #expect(try JSONValue(parsing: canonical).canonicalText == canonical)
  }

  @Test func `whole numbers are exact however they are written`() throws {
    func integer(_ text: String) throws -> Int64? { try JSONValue(parsing: text).int64Value }
    #expect(try integer("9223372036854775807") == .max)
    #expect(try integer("-9223372036854775808.0") == .min)
    #expect(try integer("9.007199254740993e15") == 9_007_199_254_740_993)
    #expect(
      try integer("-0.5e1") == -5 && integer("5e0") == 5 && integer("50e-1") == 5 && integer("0e9") == 0 && integer("-0") == 0)
    for text in ["9223372036854775808", "0.5", "5e-1", "1e19", "1e2147483648", "1e-9999999999999999999", "1.0000000000000000001"] {
      #expect(try integer(text) == nil, "\(text)")
    }
  }

  @Test func `doubles are written in their shortest form and read back the same`() throws {
    for double in [0.1, 1, -1.5, 1e21, 1e-7, 123456789.125, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1.0 / 3] {
      let text = JSONValue.number(JSONNumber(double)!).text()
      #expect(try JSONValue(parsing: text).doubleValue == double)
    }
    #expect(JSONNumber(3.0)?.text == "3")
    #expect(JSONNumber(Double.nan) == nil && JSONNumber(Double.infinity) == nil)
  }

  @Test(arguments: [1, 2] as [UInt64]) func `harmed texts never do worse than an error`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let text = Array(#"{"rows":[{"key":"INIT-1","tokens":-12.5e3,"on":true,"x":null,"é😀":"\ud83d\ude00\n"}],"n":[[],{}]}"#.utf8)
    for _ in 0..<20_000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...4, using: &random) { random.harm(&bytes) }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      #expect(try JSONValue(parsing: value.text()) == value, "seed \(seed), \(bytes)")
      #expect(try JSONValue(parsing: value.canonicalText).canonicalText == value.canonicalText, "seed \(seed), \(bytes)")
    }
  }
}

struct Base64Tests {
  @Test func `the examples of RFC 4648 hold`() {
    for (text, bytes) in [
      ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
    ] {
      #expect(Base64.encode(Array(bytes.utf8)) == text)
      #expect(Base64.decode(text) == Array(bytes.utf8))
      #expect(Base64.decode(String(text.prefix { $0 != "=" })) == Array(bytes.utf8))
    }
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=" && Base64.encode([0xFB, 0xFF], padding: false) == "+/8")
    #expect(Base64.encodeURLSafe([0xFB, 0xFF]) == "-_8")
    #expect(Base64.decode("-_8=") == [0xFB, 0xFF])
  }

  @Test(arguments: ["A", "AB=", "A===", "====", "Zg=", "Zh==", "Z g=", "Zm9v\n", "Zg==Zg==", "é"])
  func `what is not base64 is nothing`(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
