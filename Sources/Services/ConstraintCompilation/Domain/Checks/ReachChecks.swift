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
    let kpis = Set(reaches.keys.map(\.kpi))
    let members = Set(reaches.keys.map(\.member))
    var unknown: [DimensionMember: Int] = [:]
    for position in context.index.initiatives.indices where context.isOpen(position) {
      let initiative = context.index.initiatives[position]
      let memberships = initiative.memberships.filter(members.contains)
      guard !memberships.isEmpty else { continue }
      if initiative.contributions.isEmpty {
        for member in memberships { unknown[member, default: 0] += 1 }
      }
      let share = initiative.candidate.largestShare
      for contribution in initiative.contributions {
        let kpi = NormalKey(contribution.kpiKey)
        guard kpis.contains(kpi) else { continue }
        let value = contribution.value * share
        for member in memberships {
          reaches[Place(kpi: kpi, member: member)]?.most += max(0, value)
          reaches[Place(kpi: kpi, member: member)]?.least += min(0, value)
        }
      }
    }
    for place in reaches.keys { reaches[place]?.unknown = unknown[place.member] ?? 0 }
    return reaches
  }
}
