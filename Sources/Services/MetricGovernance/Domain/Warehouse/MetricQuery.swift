/// The SELECT that computes a version's values from a relation of facts: a row for each tenant, period and currency, named and numbered
/// as the version's readers filter by.
public struct MetricQuery: Equatable, Sendable {
  public let sql: String

  public init(metric: MetricKey, version: VersionNumber, content: VersionContent, over facts: WarehouseRelation) throws(Refusal) {
    let formula: Formula
    do throws(FormulaError) {
      formula = try Formula(content.definition)
    } catch {
      throw Refusal(.invalid, "DEFINITION_UNREADABLE", field: "content.definition", "The definition cannot be read: \(error).")
    }
    let qualifiers = Set(formula.root.columns.compactMap(\.qualifier))
    guard qualifiers.count <= 1 else {
      let names = qualifiers.sorted().map(\.text).joined(separator: ", ")
      throw Refusal(
        .invalid, "DEFINITION_READS_SEVERAL", field: "content.definition",
        "The definition reads from several relations (\(names)); a metric is computed from one.")
    }
    guard !Self.keys.contains(metric.text) else {
      throw Refusal(
        .invalid, "METRIC_NAMED_AS_KEY", field: "metric_key",
        "A metric named \(metric) has no column for its values: \(Self.keys.joined(separator: ", ")) are taken.")
    }
    let alias = qualifiers.first?.text ?? "facts"
    let value = SQLExpression.text(
      formula.root, onZeroDenominator: content.edgeCases.onZeroDenominator ?? .null, relation: alias)
    guard let value else {
      throw Refusal(
        .invalid, "DEFINITION_TOO_LONG", field: "content.definition",
        "The definition's divisions stand in one another's denominators so deep that its SQL has over "
          + "\(SQLExpression.mostCharacters) characters.")
    }
    let isSeparate = content.edgeCases.currency == .separate
    let key = SQLText.identifier
    let column = { "\(key(alias)).\(key($0))" }
    let groups = ["tenant_id", "period_start"] + (isSeparate ? ["currency"] : [])
    // Without a currency the column is there all the same, and never NULL, so that versions can be joined by it.
    sql = """
      SELECT
        \(SQLText.literal(metric.text))::text AS metric_name,
        \(SQLText.literal("\(version)"))::text AS metric_version,
        \(column("tenant_id")) AS tenant_id,
        \(column("period_start")) AS period_start,
        \(isSeparate ? column("currency") : "''::text") AS currency,
        \(value) AS \(key(metric.text))
      FROM \(facts.sql) AS \(key(alias))
      GROUP BY \(groups.map(column).joined(separator: ", "))
      """
  }

  private static let keys = ["metric_name", "metric_version", "tenant_id", "period_start", "currency"]
}
