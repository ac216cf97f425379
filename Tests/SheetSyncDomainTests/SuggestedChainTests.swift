import SheetSyncDomain
import Testing

@Suite struct SuggestedChainTests {
  private func read(_ answer: String, _ keys: [String] = ["NSM_ORDERS", "CONV"]) throws -> SuggestedChain? {
    try SuggestedChain.read(answer, kpiKeys: keys)
  }

  @Test(arguments: [
    ("a -> b -> c", "a -> b -> c"), ("a→b → c", "a -> b -> c"), ("  a->b;b->c ", "a -> b\nb -> c"),
    ("a -> b\r\nc -> b\n", "a -> b\nc -> b"),
    ("```\nspeed -> conv -> nsm_orders\n```", "speed -> CONV -> NSM_ORDERS"),
    ("Speed -> CONV\nspeed -> NSM_ORDERS", "Speed -> CONV\nSpeed -> NSM_ORDERS"),
    ("a.b_c-1 -> x9", "a.b_c-1 -> x9"),
  ])
  func `a chain is written in one way, with KPIs spelt as they are`(answer: String, text: String) throws {
    #expect(try read(answer)?.text == text)
  }

  @Test func `names that are no KPIs are named once, in order`() throws {
    #expect(try read("speed -> load -> conv\nSPEED -> nsm_orders")?.unknownNames == ["speed", "load"])
  }

  @Test(arguments: ["NONE", " none. ", "None\n"]) func `a model that cannot say is taken at its word`(answer: String) throws {
    #expect(try read(answer) == nil)
  }

  @Test(arguments: [
    "", " \n", "a", "a ->", "-> b", "a -> -> b", "a -> b c", "=1+1 -> a", "+a -> b", "-a -> b", "@a -> b", "a -> =b", "1a -> b",
    "é -> b",
    "a -> b\nand so on", "a -> a", "a -> b -> a", "a -> b\nb -> c\nc -> A", "a => b", "a -> b\u{0} -> c",
    "NONE\na -> b",
  ])
  func `anything else is no chain`(answer: String) {
    #expect(throws: SuggestedChain.Problem.self) { try read(answer) }
  }

  @Test func `answers beyond what a person reads are refused`() throws {
    #expect(throws: SuggestedChain.Problem.self) { try read(String(repeating: "a", count: 65) + " -> b") }
    #expect(try read(String(repeating: "a", count: 64) + " -> b") != nil)
    let branches = (1...20).map { "a -> b\($0)" }
    #expect(try read(branches.joined(separator: "\n")) != nil)
    #expect(throws: SuggestedChain.Problem.self) { try read((branches + ["a -> c"]).joined(separator: "\n")) }
    let links = (0...50).map { "n\($0)" }
    #expect(try read(links.joined(separator: " -> ")) != nil)
    #expect(throws: SuggestedChain.Problem.self) { try read((links + ["z"]).joined(separator: " -> ")) }
  }

  @Test func `a prompt has the texts and the keys, cut where nobody reads on`() {
    let prompt = ChainPrompt(
      formula: String(repeating: "f", count: 9_000), assumptions: "", kpiKeys: (1...400).map { "K\($0)" })
    #expect(prompt.question.count < 8_000 + 300 * 6 + 100)
    #expect(prompt.question.contains("K300") && !prompt.question.contains("K301") && !prompt.question.contains("Assumptions"))
    #expect(ChainPrompt(formula: "", assumptions: "x", kpiKeys: ["A"]).question == "KPI keys: A\n\nAssumptions:\nx")
  }
}
