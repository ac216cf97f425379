/// Floors and targets against all that candidates could bring together.
struct ReachChecks {
  /// Sums of contributions are compared with this much slack, relative to the target.
  static let slack = 1e-9

  private struct Reach {
    var most: Double
    var least: Double
    /// Candidates that nothing is known of.
    var unknown = 0
  }

  private struct Place: Hashable {
    var kpi: NormalKey
    var member: DimensionMember
  }

  private(set) var found: [Contradiction] = []
  private let context: CheckContext

  init(_ context: CheckContext) {
    self.context = context
    checkBounds()
    checkTargets()
  }

  private mutating func checkBounds() {
    for floor in context.book.tokenBounds where floor.side == .atLeast && floor.amount > 0 {
      let open = context.index.positions(in: floor.member).filter(context.isOpen)
      let tokens = open.compactMap { context.index.initiatives[$0].candidate.largestTokens }
      let sum = tokens.reduce(0, +)
      guard sum < floor.amount else { continue }
      report(
        floor.member, unknown: open.count - tokens.count, missing: "engineering_tokens", code: "floor_out_of_reach",
        cell: floor.source,
        "must have at least \(counted(floor.amount, "token"))",
        open.isEmpty ? nil : "have only \(sum) together, \(floor.amount - sum) too few")
    }
    for floor in context.book.countBounds where floor.side == .atLeast && floor.amount > 0 {
      let open = context.index.positions(in: floor.member).count(where: context.isOpen)
      guard open < floor.amount else { continue }
      report(
        floor.member, unknown: 0, missing: "", code: "min_selected_out_of_reach", cell: floor.source,
        "must have at least \(counted(floor.amount, "initiative"))",
        open == 0 ? nil : "are only \(open), \(floor.amount - open) too few")
    }
  }

  /// - Parameter fact: what the candidates come to; nil when there are none.
  private mutating func report(
    _ member: DimensionMember, unknown: Int, missing: String, code: String, cell: SourceCell, _ demand: String, _ fact: String?
  ) {
    let whose = member == .all ? context.candidates : "\(context.candidates) in \(member)"
    var message = "\(member) \(demand) (\(cell)), but "
    message += fact.map { "the \(whose) that are not excluded \($0)" } ?? "there are no \(whose) that are not excluded"
    if unknown > 0 { message += "; \(counted(unknown, "of them has", "of them have")) no \(missing) yet" }
    found.append(Contradiction(weight: unknown > 0 ? .doubtful : .impossible, code: code, cells: [cell], message: message))
  }

  private mutating func checkTargets() {
    let hard = context.book.targets.filter { $0.rule.side != .goal }
    guard !hard.isEmpty else { return }
    let reaches = reaches(of: hard)
    for target in hard {
      let rule = target.rule
      guard let reach = reaches[Place(kpi: NormalKey(rule.kpiKey), member: rule.member)] else { continue }
      let slack = Self.slack * max(1, abs(rule.value))
      let unit = rule.unit.isEmpty ? "" : " \(rule.unit)"
      if rule.side == .floor, rule.baseline + reach.most < rule.value - slack {
        report(
          rule.member, unknown: reach.unknown, missing: "contributions", code: "target_out_of_reach", cell: target.source,
          "must reach \(plain(rule.value))\(unit) of \(rule.kpiKey)",
          "can bring it to \(plain(rule.baseline + reach.most)) at most, \(plainDifference(rule.value - rule.baseline - reach.most)) short"
        )
      } else if rule.side == .cap, rule.baseline + reach.least > rule.value + slack {
        report(
          rule.member, unknown: reach.unknown, missing: "contributions", code: "target_out_of_reach", cell: target.source,
          "must keep to \(plain(rule.value))\(unit) of \(rule.kpiKey)",
          "can bring it to \(plain(rule.baseline + reach.least)) at least, \(plainDifference(rule.baseline + reach.least - rule.value)) over"
        )
      }
    }
  }

  /// The most and the least that the open candidates could come to, of each target's KPI in its member. What synergies add is no
  /// initiative's, and so no member's: targets do without it.
  private func reaches(of targets: [RuleBook.Target]) -> [Place: Reach] {
    var reaches: [Place: Reach] = [:]
    for target in targets {
      reaches[Place(kpi: NormalKey(target.rule.kpiKey), member: target.rule.member)] = Reach(most: 0, least: 0)
    }
    // Member by member, and KPIs by their numbers: no initiative is looked at for a member that it is none of, and nothing is looked up.
    for (member, places) in Dictionary(grouping: reaches.keys, by: \.member) {
      var wanted = Array(repeating: false, count: context.index.kpiNumbers.count)
      for place in places {
        if let kpi = context.index.kpiNumbers[place.kpi] { wanted[kpi] = true }
      }
      let (sums, unknown) = sums(of: wanted, in: member)
      for place in places {
        if let sum = context.index.kpiNumbers[place.kpi].map({ sums[$0] }) {
          reaches[place]?.most += sum.most
          reaches[place]?.least += sum.least
        }
        reaches[place]?.unknown = unknown
      }
    }
    return reaches
  }

  /// What a member's open candidates bring together of the KPIs wanted, by their numbers; and how many of them bring nothing of any KPI.
  private func sums(of wanted: [Bool], in member: DimensionMember) -> (sums: [Reach], unknown: Int) {
    var sums = Array(repeating: Reach(most: 0, least: 0), count: wanted.count)
    var unknown = 0
    for position in context.index.positions(in: member) where context.isOpen(position) {
      let kpis = context.index.contributedKpis[position]
      if kpis.isEmpty { unknown += 1 }
      let share = context.index.initiatives[position].candidate.largestShare
      for (place, kpi) in kpis.enumerated() where wanted[kpi] {
        let value = context.index.initiatives[position].contributions[place].value * share
        sums[kpi].most += max(0, value)
        sums[kpi].least += min(0, value)
      }
    }
    return (sums, unknown)
  }
}
