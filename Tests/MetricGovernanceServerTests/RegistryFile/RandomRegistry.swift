import Cryptography
import MetricGovernanceDomain
import SeededNumbers

/// A registry as the rules could have left it, with texts that are hard to write down.
struct RandomRegistry {
  private var dice: SeededGenerator

  init(seed: UInt64) { dice = SeededGenerator(seed: seed) }

  private static let pieces = [
    " ", "\n", "\t", "\r", "\r\n", ":", ": ", "#", " #", "-", "- ", "\"", "'", "\\", "{", "}", "[", "]", ",", "&a", "*a", "!", "|",
    ">", "%",
    "@", "`", "~", "null", "yes", "1.0", "0x1F", "---", "...", "é", "e\u{301}", "東京", "🧮", "\u{85}", "\u{2028}", "\u{FEFF}",
    "\u{A0}",
    "\u{200B}", "\u{9F}", "\u{FFFD}", "\u{FFFE}", "\u{10FFFF}", "a", "B", "spend", "=", "<<", "?", "\n\n", "  ", "\n  ", " \n",
  ]

  /// Never of white space alone, at most as long as the limit.
  mutating func text(_ longest: Int, mayBeEmpty: Bool = false) -> String {
    if mayBeEmpty, Bool.random(using: &dice) { return "" }
    var text = ""
    let count = Int.random(in: 1...(Int.random(in: 0..<20, using: &dice) == 0 ? 120 : 8), using: &dice)
    for _ in 0..<count {
      let piece = Self.pieces.randomElement(using: &dice) ?? "a"
      if text.utf8.count + piece.utf8.count + 1 <= longest { text += piece }
    }
    return text.contains { !$0.isWhitespace } ? text : text + "x"
  }

  mutating func metrics() -> [Metric] {
    (0..<Int.random(in: 0...4, using: &dice)).compactMap { number in MetricKey("metric_\(number)").map { metric($0) } }
  }

  private mutating func metric(_ key: MetricKey) -> Metric {
    var metric = Metric(
      key: key,
      facts: MetricFacts(
        displayName: text(200), description: text(4000), owner: text(200, mayBeEmpty: true), unit: text(40, mayBeEmpty: true)),
      revision: 3)
    var number: Int32 = 0
    for _ in 0..<Int.random(in: 1...5, using: &dice) {
      number += Int32.random(in: 1...3, using: &dice)
      if let version = VersionNumber(number) { metric.versions.append(self.version(version)) }
    }
    let numbers = metric.versions.map(\.number)
    for index in metric.versions.indices where metric.versions[index].status != .draft && metric.versions[index].status != .active {
      // Later ones replace earlier ones, so that there is no cycle.
      metric.versions[index].replacement = numbers.dropFirst(index + 1).randomElement(using: &dice)
    }
    metric.current = metric.versions.filter { $0.status == .active }.map(\.number).randomElement(using: &dice)
    metric.currentHistory = metric.current.map { [$0] } ?? []
    return metric
  }

  private mutating func version(_ number: VersionNumber) -> MetricVersion {
    let zero = EdgeCases.ZeroDenominator.allCases.randomElement(using: &dice)
    var names: Set<String> = []
    let columns = (0..<Int.random(in: 0...4, using: &dice)).map { _ in
      MetricColumn(name: text(128), type: text(100, mayBeEmpty: true), constant: text(200, mayBeEmpty: true))
    }.filter { names.insert($0.name).inserted }
    let content = VersionContent(
      dbtModel: text(500), relation: text(200, mayBeEmpty: true),
      definition: ["SUM(revenue) / SUM(spend)", "SUM(a)\n/ NULLIF(SUM(b), 0)\n", "COUNT(DISTINCT \"weird: name\")"].randomElement(
        using: &dice) ?? "",
      edgeCases: EdgeCases(
        onZeroDenominator: Bool.random(using: &dice) ? zero : nil, currency: Bool.random(using: &dice) ? .separate : nil,
        notes: (0..<Int.random(in: 0...3, using: &dice)).map { _ in text(1000) }), columns: columns,
      migrationGuide: text(20_000, mayBeEmpty: true))
    let status = VersionStatus.allCases.randomElement(using: &dice) ?? .draft
    let created = moment()
    var version = MetricVersion(
      number: number, status: status, content: content, contentHash: SHA256.digest(of: content.canonicalForm),
      testEvidence: text(1000, mayBeEmpty: true), createdBy: "spiffe://lodestar.local/person/bob",
      moments: VersionMoments(created: created))
    if status != .draft { version.moments.activated = created }
    if status != .draft && status != .active {
      version.moments.deprecated = created
      version.moments.plannedSunset = moment()
    }
    version.approvals = approvals(status, version.contentHash)
    version.isBreaking = status == .draft ? false : version.approvals.last?.isBreaking ?? false
    return version
  }

  /// Whole seconds, or to the microsecond.
  private mutating func moment() -> Instant {
    let second = Int64.random(in: 0..<4_000_000_000, using: &dice) * 1_000_000
    return Instant(microseconds: second + (Bool.random(using: &dice) ? Int64.random(in: 0..<1_000_000, using: &dice) : 0))
  }

  private mutating func approvals(_ status: VersionStatus, _ hash: [UInt8]) -> [Approval] {
    let state: Approval.Status
    if status == .draft {
      guard let some = [Approval.Status.pending, .approved, .rejected, .void].randomElement(using: &dice), some != .void else {
        return []
      }
      state = some
    } else {
      state = .approved
    }
    let isBreaking = Bool.random(using: &dice)
    let people = ["dora", "ada", "cleo"].shuffled(using: &dice).prefix(isBreaking ? 2 : 1)
    var decisions = people.enumerated().map { offset, name in
      Approval.Decision(
        principal: "spiffe://lodestar.local/person/\(name)", isApproved: true, reason: "", checklist: Approval.Checklist(),
        at: Instant(microseconds: Int64(offset)))
    }
    if state == .pending { decisions = isBreaking ? Array(decisions.prefix(1)) : [] }
    if state == .rejected { decisions[decisions.count - 1].isApproved = false }
    return [
      Approval(
        number: 1, purpose: .activation, status: state, subjectHash: hash, requestedBy: "spiffe://lodestar.local/person/bob",
        requestedAt: moment(), ticket: text(100), isBreaking: isBreaking, reason: "because", approversNeeded: isBreaking ? 2 : 1,
        decisions: decisions)
    ]
  }
}
