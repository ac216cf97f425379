import MetricGovernanceDomain

/// A warehouse to try comparisons on: orders and ad spend of three merchants in the first half of 2026, always the same, and for each
/// version of the seed's two metrics the relation that its formula and edge cases make of them.
public enum ExampleWarehouse {
  static let schema = "warehouse"
  static let facts = "facts"

  struct Relation {
    var metric: MetricKey
    var version: VersionNumber
    var content: VersionContent
  }

  /// SQL that makes the schema with everything in it, for an administrator of an empty database; all or nothing.
  public static func script() throws -> String {
    let views = try relations().map { relation in
      let query = try MetricQuery(
        metric: relation.metric, version: relation.version, content: relation.content, over: try name("\(schema).\(facts)"))
      return "CREATE VIEW \(try name("\(schema).\(relation.metric)_\(relation.version)").sql) AS\n\(query.sql);"
    }
    return (["BEGIN;", table, rows, quietMonths] + views + ["COMMIT;", ""]).joined(separator: "\n\n")
  }

  /// The versions that the example registry has, and the successors that the tour proposes.
  static func relations() throws -> [Relation] {
    try [
      ("roas", "v1", "SUM(revenue) / SUM(spend)"), ("roas", "v2", "SUM(net_revenue) / SUM(spend)"),
      ("cac", "v1", "SUM(spend) / COUNT(new_customers)"),
      ("cac", "v2", "SUM(spend) FILTER (WHERE channel <> 'organic') / COUNT(DISTINCT new_customers)"),
    ].map { metric, version, definition in
      guard let metric = MetricKey(metric), let version = VersionNumber(version) else {
        throw Refusal(.invalid, "EXAMPLE_BROKEN", "\(metric)@\(version) is no version of a metric.")
      }
      return Relation(
        metric: metric, version: version,
        content: VersionContent(
          dbtModel: "marts/metrics/\(metric)_\(version)", definition: definition,
          edgeCases: EdgeCases(onZeroDenominator: .zero, currency: .separate)))
    }
  }

  private static func name(_ text: String) throws -> WarehouseRelation {
    guard let name = WarehouseRelation(text) else { throw Refusal(.invalid, "EXAMPLE_BROKEN", "\(text) is no relation's name.") }
    return name
  }

  /// A row is an order with its share of the ad spend; new_customers names the customer where the order was their first.
  private static let table = """
    CREATE SCHEMA \(schema);
    CREATE TABLE \(schema).\(facts) (
      tenant_id text NOT NULL,
      period_start date NOT NULL,
      currency text NOT NULL,
      channel text NOT NULL,
      revenue numeric(12, 2) NOT NULL,
      net_revenue numeric(12, 2) NOT NULL,
      spend numeric(12, 2) NOT NULL,
      new_customers text
    );
    """

  /// Numbers that look random and are not: remainders of multiples of primes.
  private static let rows = """
    INSERT INTO \(schema).\(facts)
    SELECT tenant, make_date(2026, month, 1), currency, channel, revenue, round(revenue * (0.97 - 0.01 * (number % 7)), 2),
      CASE WHEN channel = 'organic' THEN 0 ELSE round(revenue * (0.15 + 0.01 * ((number * 7919 + month) % 23)), 2) END,
      CASE WHEN (number * 104729 + month * 31) % 4 = 0 THEN format('%s-%s-%s-%s', tenant, month, currency, number / 2) END
    FROM unnest(ARRAY['acme', 'globex', 'initech']) WITH ORDINALITY AS tenants (tenant, place)
    CROSS JOIN generate_series(1, 6) AS month
    CROSS JOIN unnest(ARRAY['EUR', 'USD']) WITH ORDINALITY AS currencies (currency, money)
    CROSS JOIN generate_series(1, 40) AS number
    CROSS JOIN LATERAL (
      SELECT (ARRAY['paid_search', 'paid_social', 'organic'])[1 + number % 3],
        20 + ((number * 6151 + month * 1543 + place * 389 + money * 97) % 18000)::numeric / 100
    ) AS drawn (channel, revenue);
    """

  /// The edge cases of the seed: initech buys no ads in March, globex wins no customer in April, and acme sells in euros only in May.
  private static let quietMonths = """
    UPDATE \(schema).\(facts) SET spend = 0 WHERE tenant_id = 'initech' AND period_start = '2026-03-01';
    UPDATE \(schema).\(facts) SET new_customers = NULL WHERE tenant_id = 'globex' AND period_start = '2026-04-01';
    DELETE FROM \(schema).\(facts) WHERE tenant_id = 'acme' AND period_start = '2026-05-01' AND currency = 'USD';
    """
}
