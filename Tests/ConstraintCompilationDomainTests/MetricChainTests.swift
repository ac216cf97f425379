import ConstraintCompilationDomain
import Testing

@Suite struct MetricChainTests {
  /// A text, the chain that it is, and what is told of it: kind and place.
  struct Case: CustomTestStringConvertible, Sendable {
    var text: String
    var nodes: [String]
    var edges: [[String]]
    var findings: [String] = []

    var testDescription: String { text.debugDescription }
  }

  static let names = MetricNames(kpiKeys: ["NSM_ORDERS", "KPI_CONVERSION", "kpi.x-1"], metricKeys: ["sessions", "checkout_rate"])

  static let cases: [Case] = [
    Case(text: "", nodes: [], edges: []),
    Case(text: " \n ; \r\n ", nodes: [], edges: []),
    Case(
      text: "sessions -> KPI_CONVERSION -> NSM_ORDERS", nodes: ["sessions", "KPI_CONVERSION", "NSM_ORDERS"],
      edges: [["sessions", "KPI_CONVERSION"], ["KPI_CONVERSION", "NSM_ORDERS"]]),
    // However it is spelt and whatever a spreadsheet makes of the arrow.
    Case(text: "SESSIONS→nsm_orders", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "sessions-->NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "sessions –> NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "sessions => NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "sessions ➡️ NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "sessions > NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(text: "kpi.x-1->sessions", nodes: ["kpi.x-1", "sessions"], edges: [["kpi.x-1", "sessions"]]),
    // Branches, each way of writing them.
    Case(
      text: "sessions -> KPI_CONVERSION\nsessions -> checkout_rate", nodes: ["sessions", "KPI_CONVERSION", "checkout_rate"],
      edges: [["sessions", "KPI_CONVERSION"], ["sessions", "checkout_rate"]]),
    Case(
      text: "sessions -> KPI_CONVERSION ; checkout_rate -> KPI_CONVERSION\r\n",
      nodes: ["sessions", "KPI_CONVERSION", "checkout_rate"],
      edges: [["sessions", "KPI_CONVERSION"], ["checkout_rate", "KPI_CONVERSION"]]),
    Case(
      text: "sessions -> KPI_CONVERSION / sessions -> NSM_ORDERS", nodes: ["sessions", "KPI_CONVERSION", "NSM_ORDERS"],
      edges: [["sessions", "KPI_CONVERSION"], ["sessions", "NSM_ORDERS"]]),
    Case(
      text: "sessions -> KPI_CONVERSION, KPI_CONVERSION -> NSM_ORDERS", nodes: ["sessions", "KPI_CONVERSION", "NSM_ORDERS"],
      edges: [["sessions", "KPI_CONVERSION"], ["KPI_CONVERSION", "NSM_ORDERS"]]),
    // What is probably not meant, at its place.
    Case(
      text: "sessions ->\n  KPI_CONVERSON -> NSM_ORDERS", nodes: ["sessions", "KPI_CONVERSON", "NSM_ORDERS"],
      edges: [["KPI_CONVERSON", "NSM_ORDERS"]], findings: ["missing_metric 1:12", "unknown_metric 2:3"]),
    Case(
      text: "sessions -> -> NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"], edges: [], findings: ["missing_metric 1:14"]),
    Case(text: "-> NSM_ORDERS", nodes: ["NSM_ORDERS"], edges: [], findings: ["missing_metric 1:2"]),
    Case(text: "->", nodes: [], edges: [], findings: ["missing_metric 1:2", "missing_metric 1:3"]),
    Case(text: "sessions", nodes: ["sessions"], edges: [], findings: ["lone_metric 1:1"]),
    Case(
      text: "NSM_ORDERS; sessions -> NSM_ORDERS", nodes: ["NSM_ORDERS", "sessions"], edges: [["sessions", "NSM_ORDERS"]]),
    Case(
      text: "sessions -> sessions -> NSM_ORDERS", nodes: ["sessions", "NSM_ORDERS"],
      edges: [["sessions", "sessions"], ["sessions", "NSM_ORDERS"]], findings: ["self_loop 1:13"]),
    Case(
      text: "sessions -> NSM_ORDERS\nSessions → nsm_orders", nodes: ["sessions", "NSM_ORDERS"],
      edges: [["sessions", "NSM_ORDERS"]],
      findings: ["duplicate_edge 2:12"]),
    Case(
      text: "sessions -> KPI_CONVERSION -> NSM_ORDERS\nNSM_ORDERS -> sessions",
      nodes: ["sessions", "KPI_CONVERSION", "NSM_ORDERS"],
      edges: [["sessions", "KPI_CONVERSION"], ["KPI_CONVERSION", "NSM_ORDERS"], ["NSM_ORDERS", "sessions"]],
      findings: ["chain_cycle 2:15"]),
    Case(
      text: "NSM_ORDERS <- sessions", nodes: [], edges: [], findings: ["bad_metric 1:1"]),
    Case(
      text: "a\u{0}b -> \u{202E}مفتاح 🚀", nodes: ["\u{202E}مفتاح 🚀"], edges: [], findings: ["bad_metric 1:1", "unknown_metric 1:8"]),
    Case(text: String(repeating: "n", count: 121) + " -> sessions", nodes: ["sessions"], edges: [], findings: ["bad_metric 1:1"]),
  ]

  @Test(arguments: cases) func `a text is the chain that it says, and what is odd is told at its place`(_ example: Case) {
    var names = Self.names
    let (chain, findings) = MetricChainParser.parse(example.text, names: &names)
    #expect(chain?.nodes ?? [] == example.nodes)
    #expect((chain?.edges ?? []).map { [$0.from, $0.to] } == example.edges)
    #expect(findings.map { "\($0.kind.rawValue) \($0.place.line):\($0.place.column)" } == example.findings)
    #expect(findings.allSatisfy { $0.message.hasPrefix("line \($0.place.line), column \($0.place.column): ") })
    // What it is written as again is the same chain.
    guard let chain else { return }
    let again = MetricChainParser.parse(chain.text, names: &names).chain
    #expect(again?.isSame(as: chain) == true)
    #expect(again?.edges == chain.edges)
  }

  @Test func `messages say what would be right`() {
    var names = Self.names
    let findings = MetricChainParser.parse("sesions -> NSM_ORDERS -> sesions -> sesions -> NSM_ORDERS", names: &names).findings
    #expect(
      findings.map(\.message) == [
        "line 1, column 1: \"sesions\" is neither a KPI of Metrics_Config nor a metric of the registry; did you mean \"sessions\"?",
        "line 1, column 26: the chain leads in a circle, sesions -> NSM_ORDERS -> sesions; take one arrow out",
        "line 1, column 37: sesions -> sesions leads to itself; take it out",
        "line 1, column 48: sesions -> NSM_ORDERS stands at line 1, column 12 already; take one out",
      ])
  }

  @Test func `a long chain is read in one go, a circle of a thousand metrics included`() {
    var names = MetricNames(kpiKeys: [], metricKeys: (0..<1000).map { "m\($0)" })
    let text = (0...1000).map { "m\($0 % 1000)" }.joined(separator: "->")
    let (chain, findings) = MetricChainParser.parse(text, names: &names)
    #expect(chain?.nodes.count == 1000 && chain?.edges.count == 1000)
    #expect(findings.map(\.kind) == [.cycle])
    #expect(findings.first?.message.contains("m0 -> m1 -> m2 -> m3 -> m4 -> … -> m999 -> m0") == true)
  }

  @Test func `chains are compared by what they say, not by how it is written`() {
    var names = Self.names
    func chain(_ text: String) -> MetricChain? { MetricChainParser.parse(text, names: &names).chain }
    let one = chain("sessions -> NSM_ORDERS; sessions -> KPI_CONVERSION")
    #expect(chain("Sessions→KPI_CONVERSION\nsessions→NSM_ORDERS").map { one?.isSame(as: $0) } == true)
    #expect(chain("NSM_ORDERS -> sessions; sessions -> KPI_CONVERSION").map { one?.isSame(as: $0) } == false)
  }
}
