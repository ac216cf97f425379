/// Floors, caps and counts against each other and against the capacity.
struct BoundChecks {
  private(set) var found: [Contradiction] = []

  init(_ context: CheckContext) {
    compare(context.book.tokenBounds, unit: "token", code: "floor_over_cap")
    compare(context.book.countBounds, unit: "initiative", code: "min_over_max_selected")
    add(
      context.book.tokenBounds, limit: context.capacity, unit: "token", code: "floors_over_capacity",
      limitName: "the capacity of \(context.capacity) (\(context.capacityPlace))", limitCell: nil)
    if let most = context.book.countBounds.first(where: { $0.member == .all && $0.side == .atMost }) {
      add(
        context.book.countBounds, limit: most.amount, unit: "initiative", code: "min_over_max_selected",
        limitName: "the \(most.amount) that may be selected in all (\(most.source))", limitCell: most.source)
    }
  }

  /// At least more than at most, of one member.
  private mutating func compare(_ bounds: [RuleBook.Bound], unit: String, code: String) {
    let caps = Dictionary(bounds.filter { $0.side == .atMost }.map { ($0.member, $0) }, uniquingKeysWith: { first, _ in first })
    for floor in bounds where floor.side == .atLeast {
      guard let cap = caps[floor.member], floor.amount > cap.amount else { continue }
      found.append(
        Contradiction(
          weight: .impossible, code: code, cells: [floor.source, cap.source],
          message:
            "\(floor.member) must have at least \(counted(floor.amount, unit)) (\(floor.source)) and at most \(cap.amount) (\(cap.source)), "
            + "which is \(floor.amount - cap.amount) fewer; lower the one or raise the other"))
    }
  }

  /// A dimension's members are disjoint, so their floors add up.
  private mutating func add(
    _ bounds: [RuleBook.Bound], limit: Int, unit: String, code: String, limitName: String, limitCell: SourceCell?
  ) {
    let floors = Dictionary(grouping: bounds.filter { $0.side == .atLeast }, by: \.member.dimension)
    for (dimension, floors) in floors.sorted(by: { $0.key < $1.key }) {
      // The whole portfolio's own floor and cap are compared above.
      if dimension == .all, bounds.contains(where: { $0.member == .all && $0.side == .atMost }) { continue }
      let (sum, overflow) = floors.reduce(into: (0, false)) { total, floor in
        let (next, isOver) = total.0.addingReportingOverflow(floor.amount)
        total = (isOver ? total.0 : next, total.1 || isOver)
      }
      guard overflow || sum > limit else { continue }
      let cells = floors.map(\.source).sorted()
      let what =
        floors.count == 1
        ? "\(floors[0].member) must have at least \(counted(floors[0].amount, unit)) (\(floors[0].source))"
        : "the floors of the dimension \(dimension.rawValue) add up to \(counted(sum, unit)) (\(listed(cells)))"
      found.append(
        Contradiction(
          weight: .impossible, code: code, cells: cells + (limitCell.map { [$0] } ?? []),
          message: "\(what), \(sum - limit) over \(limitName); lower them"))
    }
  }
}
