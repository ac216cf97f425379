import ConstraintCompilationDomain

/// Metric chains, as people type them into MathModels.
enum MetricChainTarget {
  private static let names = MetricNames(kpiKeys: ["a", "NSM_ORDERS", "kpi.x-1"], metricKeys: ["b", "checkout_rate"])

  /// Whatever the text, it is a chain whose metrics and arrows stand once each, and every finding has its place in the text. Written
  /// again as text the chain is the same, and has no finding that only the writing can have.
  static func metricChain(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    var names = names
    let (chain, findings) = MetricChainParser.parse(text, names: &names)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.count)
    for finding in findings {
      precondition((1...lines.count).contains(finding.place.line), "\(finding)")
      precondition((1...lines[finding.place.line - 1] + 1).contains(finding.place.column), "\(finding)")
      precondition(finding.message.hasPrefix("\(finding.place): "), finding.message)
    }
    guard let chain else { return precondition(MetricChainParser.parse(text, names: &names).chain == nil) }
    let nodes = Set(chain.nodes.map { NormalKey($0) })
    precondition(nodes.count == chain.nodes.count && !nodes.contains { $0.isEmpty })
    precondition(Set(chain.edges).count == chain.edges.count)
    for edge in chain.edges {
      precondition(nodes.contains(NormalKey(edge.from)) && nodes.contains(NormalKey(edge.to)), "\(edge)")
    }
    precondition(
      MetricChainParser.knowsAll(of: text, names: names)
        == !findings.contains { $0.kind == .unknownMetric || $0.kind == .badMetric })
    let again = MetricChainParser.parse(chain.text, names: &names)
    precondition(again.chain?.isSame(as: chain) == true && again.chain?.edges == chain.edges, "\(chain.text)\n\(text)")
    precondition(!again.findings.contains { [.missingMetric, .badMetric, .duplicateEdge].contains($0.kind) }, chain.text)
    let kinds = again.findings.map(\.kind)
    precondition(kinds.count { $0 == .cycle } == findings.count { $0.kind == .cycle })
    precondition(kinds.count { $0 == .selfLoop } == findings.count { $0.kind == .selfLoop })
  }
}
