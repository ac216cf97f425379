import Testing
import YAMLText

private func faults(_ text: String, _ change: (inout YAMLLimits) -> Void = { _ in }) -> [String] {
  var limits = YAMLLimits()
  change(&limits)
  return YAMLDocument(text, limits: limits).faults.map { "\($0.position.line):\($0.position.column) \($0.code)" }
}

@Suite struct YAMLDocumentTests {
  @Test func `values keep their letters and their places`() throws {
    let root = try #require(YAMLDocument("a: yes\nb:\n  - 1.0\n  - \"x\"\n").root)
    #expect(
      root
        == YAMLNode(
          .mapping([
            YAMLEntry(
              key: "a", keyPosition: YAMLPosition(line: 1, column: 1),
              value: YAMLNode(.scalar("yes", isPlain: true), at: YAMLPosition(line: 1, column: 4))),
            YAMLEntry(
              key: "b", keyPosition: YAMLPosition(line: 2, column: 1),
              value: YAMLNode(
                .sequence([
                  YAMLNode(.scalar("1.0", isPlain: true), at: YAMLPosition(line: 3, column: 5)),
                  YAMLNode(.scalar("x", isPlain: false), at: YAMLPosition(line: 4, column: 5)),
                ]), at: YAMLPosition(line: 3, column: 3))),
          ]), at: YAMLPosition(line: 1, column: 1)))
  }

  @Test(arguments: [
    ("a: &x 1\nb: *x\n", ["1:4 yaml_anchor", "2:4 yaml_alias"]), ("a: !!str 1\nb: !own {}\n", ["1:4 yaml_tag", "2:4 yaml_tag"]),
    ("? [a, b]\n: 1\n", ["1:3 yaml_key"]), ("a: 1\n---\nb: 2\n", ["2:1 yaml_documents"]),
    ("a: [1, 2\n", ["2:1 yaml_syntax"]), ("a: \"x\n", ["2:1 yaml_syntax"]), ("\ta: 1\n", ["1:1 yaml_syntax"]),
    ("ä: 1\nb: \u{1}\n", ["2:4 yaml_syntax"]), ("a: 1\n b: 2\n", ["2:3 yaml_syntax"]),
  ])
  func `what is not taken is told at its place`(text: String, expected: [String]) {
    #expect(faults(text) == expected)
    #expect(YAMLDocument(text).root == nil)
  }

  @Test func `an empty text has no root, and nothing is wrong with it`() {
    for text in ["", "# only a comment\n", "---\n"] {
      #expect(YAMLDocument(text).faults.isEmpty)
    }
    #expect(YAMLDocument("").root == nil)
  }

  @Test func `limits end the reading`() {
    #expect(faults(String(repeating: "[", count: 33)) == ["1:33 yaml_too_deep"])
    #expect(faults("[1, 2, 3]") { $0.values = 2 } == ["1:8 yaml_too_many_values"])
    #expect(faults("a: 1") { $0.bytes = 3 } == ["1:1 yaml_too_large"])
    #expect(faults(String(repeating: "- *x\n", count: 500)).count == 100)
  }

  @Test func `a reader of others' files takes aliases for texts`() throws {
    var limits = YAMLLimits()
    limits.refusesAliases = false
    let document = YAMLDocument("a: &x {b: !t c}\nd: *x\n", limits: limits)
    #expect(document.faults.isEmpty && document.root != nil)
  }

  /// What takes other readers minutes or gigabytes: a billion of laughs, brackets without end, one large text, many small ones.
  @Test(arguments: [
    ("aliases", 0), ("brackets", 1), ("one text", 2), ("small ones", 3), ("keys", 4), ("quotes", 5), ("dashes", 6), ("comments", 7),
    ("questions", 8), ("indents", 9), ("colons", 10), ("tabs", 11), ("anchors", 12),
  ])
  func `four hostile mebibytes are read or refused in seconds`(name: String, kind: Int) {
    let size = YAMLLimits().bytes
    func filled(_ unit: String) -> String { String(repeating: unit, count: size / unit.utf8.count) }
    let laughs = (1...9).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ","))]\n" }.joined()
    let indents = (0..<2800).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    let texts = [
      "a0: &a0 [x]\n" + laughs, filled("["), "a: " + String(repeating: "x", count: size - 3), filled("- a\n"), filled("a: b\n"),
      "a: \"" + String(repeating: "\\u0041", count: (size - 5) / 6) + "\"", filled("- "), filled("# x\n"), filled("? "),
      indents, filled(": "), filled("\t"), filled("&a "),
    ]
    let clock = ContinuousClock()
    var document = YAMLDocument("")
    let time = clock.measure { document = YAMLDocument(texts[kind]) }
    #expect(time < .seconds(20), "\(name) took \(time)")
    #expect(document.root == nil || document.faults.isEmpty)
  }

  @Test func `fifty megabytes are refused at once`() {
    let text = String(repeating: "a: b\n", count: 10_000_000)
    let time = ContinuousClock().measure { #expect(faults(text) == ["1:1 yaml_too_large"]) }
    #expect(time < .seconds(1))
  }
}
