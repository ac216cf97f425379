/// What became of the columns of a version's relation.
enum ColumnsComparison {
  static func changes(from: [MetricColumn], to: [MetricColumn]) -> [DefinitionChange] {
    guard !Self.same(from, to) else { return [] }
    var changes: [DefinitionChange] = []
    for column in from {
      guard let other = to.first(where: { ExactText($0.name) == ExactText(column.name) }) else {
        changes.append(change(.breaking, column, nil, "The column \(column.name) is gone: data that was there is not."))
        continue
      }
      changes += compare(column, other)
    }
    for column in to where !from.contains(where: { ExactText($0.name) == ExactText(column.name) }) {
      changes.append(change(.cosmetic, nil, column, "The column \(column.name) is new; who does not read it sees no difference."))
    }
    if changes.isEmpty {
      changes.append(
        DefinitionChange(
          .cosmetic, .columns, before: from.map(\.name).joined(separator: ", "), after: to.map(\.name).joined(separator: ", "),
          "The columns stand in another order."))
    }
    return changes
  }

  private static func compare(_ column: MetricColumn, _ other: MetricColumn) -> [DefinitionChange] {
    var changes: [DefinitionChange] = []
    if ExactText(column.type) != ExactText(other.type) {
      let isStated = !column.type.isEmpty && !other.type.isEmpty
      changes.append(
        change(
          isStated ? .breaking : .cosmetic, column, other,
          isStated
            ? "The column \(column.name) has the type \(other.type) now, no longer \(column.type)."
            : "The type of the column \(column.name) is \(other.type.isEmpty ? "no longer" : "now") stated."))
    }
    if ExactText(column.constant) != ExactText(other.constant) {
      // Every version has its own number in the column that names it.
      let namesVersions = VersionNumber(column.constant) != nil && VersionNumber(other.constant) != nil
      changes.append(
        change(
          namesVersions ? .cosmetic : .breaking, column, other,
          namesVersions
            ? "The column \(column.name) names the version." : "Readers who filter by \(column.name) find other rows, or none."))
    }
    return changes
  }

  private static func same(_ one: [MetricColumn], _ other: [MetricColumn]) -> Bool {
    one.map(text).map(ExactText.init) == other.map(text).map(ExactText.init)
  }

  private static func change(
    _ changeClass: ChangeClass, _ before: MetricColumn?, _ after: MetricColumn?, _ explanation: String
  ) -> DefinitionChange {
    DefinitionChange(changeClass, .columns, before: before.map(text) ?? "", after: after.map(text) ?? "", explanation)
  }

  private static func text(_ column: MetricColumn) -> String {
    column.name + (column.type.isEmpty ? "" : " \(column.type)") + (column.constant.isEmpty ? "" : " = '\(column.constant)'")
  }
}
