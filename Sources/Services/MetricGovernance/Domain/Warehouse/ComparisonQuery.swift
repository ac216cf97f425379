/// The values of two versions side by side, from both versions' relations: the SQL of the documentation's question "How do I compare v1
/// vs v2 output?", made from what the versions say of themselves.
///
/// It joins by tenant, period and currency. Where the documentation has a JOIN this has a FULL JOIN: a row that only one version has is
/// a difference as well, often the one that matters, and an inner join hides it.
public struct ComparisonQuery: Equatable, Sendable {
  public struct Side: Sendable {
    public var version: VersionNumber
    public var content: VersionContent

    public init(version: VersionNumber, content: VersionContent) {
      self.version = version
      self.content = content
    }
  }

  public struct Window: Sendable {
    /// Nil for all.
    public var tenant: String?
    /// Nil for open ends; the last is included.
    public var from: PeriodDay?
    public var to: PeriodDay?

    public init(tenant: String? = nil, from: PeriodDay? = nil, to: PeriodDay? = nil) {
      self.tenant = tenant
      self.from = from
      self.to = to
    }
  }

  /// Columns: tenant_id, period_start, currency, both values, to - from, whether they differ, and of all rows, those beyond the limit
  /// included, how many differ and by how much at most.
  public let sql: String

  /// - Parameter rowLimit: One row more is asked for, so that it shows whether there were more.
  public init(metric: MetricKey, from: Side, to: Side, window: Window = Window(), rowLimit: Int) throws(Refusal) {
    guard from.version != to.version else {
      throw Refusal(
        .invalid, "SAME_VERSION", field: "to_version", "Both versions are \(to.version); name two different ones to compare.")
    }
    let (one, other) = (SQLText.identifier("\(from.version)"), SQLText.identifier("\(to.version)"))
    let differs = "\(one).value IS DISTINCT FROM \(other).value"
    sql = """
      -- FULL JOIN: a row that only one version has is shown, its other value NULL.
      SELECT
        COALESCE(\(one).tenant_id, \(other).tenant_id)::text AS tenant_id,
        COALESCE(\(one).period_start, \(other).period_start)::text AS period_start,
        COALESCE(\(one).currency, \(other).currency) AS currency,
        \(one).value::text AS \(SQLText.identifier("\(metric)_\(from.version)")),
        \(other).value::text AS \(SQLText.identifier("\(metric)_\(to.version)")),
        (\(other).value - \(one).value)::text AS difference,
        \(differs) AS differs,
        COUNT(*) FILTER (WHERE \(differs)) OVER () AS differing_rows,
        (MAX(ABS(\(other).value - \(one).value)) OVER ())::text AS largest_difference
      FROM (
      \(try Self.side(metric, from, window, field: "from_version"))
      ) AS \(one)
      FULL JOIN (
      \(try Self.side(metric, to, window, field: "to_version"))
      ) AS \(other)
        ON \(one).tenant_id = \(other).tenant_id
        AND \(one).period_start = \(other).period_start
        AND \(one).currency = \(other).currency
      ORDER BY 1, 2, 3
      LIMIT \(rowLimit + 1)
      """
  }

  private static func side(_ metric: MetricKey, _ side: Side, _ window: Window, field: String) throws(Refusal) -> String {
    guard let relation = WarehouseRelation(of: side.content, metric: metric, version: side.version) else {
      throw Refusal(
        .precondition, "RELATION_UNREADABLE", field: field,
        "The relation of \(metric)@\(side.version), \"\(side.content.relation.prefix(100))\", is no name of a relation; right would be "
          + "\(metric)_\(side.version) or schema.\(metric)_\(side.version).")
    }
    // What every row of the relation is said to have in these columns is what its readers filter by.
    var conditions = side.content.columns.filter { !$0.constant.isEmpty }.map {
      "\(SQLText.identifier($0.name))::text = \(SQLText.literal($0.constant))"
    }
    if let tenant = window.tenant { conditions.append("tenant_id::text = \(SQLText.literal(tenant))") }
    if let from = window.from { conditions.append("period_start >= DATE '\(from)'") }
    if let to = window.to { conditions.append("period_start < DATE '\(to)' + 1") }
    let text = """
        SELECT tenant_id, period_start, COALESCE(currency::text, '') AS currency, \(SQLText.identifier(metric.text))::numeric AS value
        FROM \(relation.sql)
      """
    return conditions.isEmpty ? text : text + "\n  WHERE " + conditions.joined(separator: "\n    AND ")
  }
}

/// A day, as 2026-01-31.
public struct PeriodDay: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// Nil for anything but a day of the years 1 to 9999 in exactly that form.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2] else { return nil }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard parts.allSatisfy({ $0.allSatisfy(digits.contains) }) else { return nil }
    let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) } }
    guard CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2]) != nil else { return nil }
    description = text
  }
}
