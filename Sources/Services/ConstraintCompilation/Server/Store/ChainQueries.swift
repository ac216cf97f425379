import ConstraintCompilationDomain
import Postgres
import Wire

/// Metric chains as they are stored: `{"nodes":["a","b"],"edges":[["a","b"]]}`.
enum StoredChain {
  static func text(_ chain: MetricChain) -> String {
    JSONValue.object([
      "nodes": .array(chain.nodes.map { .string($0) }),
      "edges": .array(chain.edges.map { .array([.string($0.from), .string($0.to)]) }),
    ]).text()
  }

  /// Refuses whatever this service does not write.
  static func read(_ stored: String) throws -> MetricChain {
    guard let value = try? JSONValue(parsing: stored), value.objectValue?.members.count == 2,
      let nodes = value["nodes"]?.arrayValue,
      let edges = value["edges"]?.arrayValue
    else { throw fault }
    let names = try nodes.map { node in
      guard let name = node.stringValue else { throw fault }
      return name
    }
    return MetricChain(
      nodes: names,
      edges: try edges.map { edge in
        let ends = edge.arrayValue?.compactMap(\.stringValue) ?? []
        guard ends.count == 2, edge.arrayValue?.count == 2 else { throw fault }
        return MetricChain.Edge(from: ends[0], to: ends[1])
      })
  }

  private static var fault: PostgresError { PostgresError(.decoding, "metric_chain_json is not nodes and edges") }
}

/// The chains that initiatives have.
struct MetricChains: Query {
  /// In normal form; nil for all.
  var keys: [String]?

  var statement: Statement {
    guard let keys else {
      return "SELECT initiative_key, metric_chain_json FROM initiative WHERE metric_chain_json IS NOT NULL"
    }
    return """
      SELECT initiative_key, metric_chain_json FROM initiative
      WHERE initiative_key = ANY(\(keys)) AND metric_chain_json IS NOT NULL
      """
  }

  static func decode(_ row: Row) throws -> (key: NormalKey, chain: MetricChain) {
    (NormalKey(try row.decode(0, as: String.self)), try StoredChain.read(try row.decode(1, as: JSONText.self).text))
  }

  static func book(_ rows: [Row]) throws -> [NormalKey: MetricChain] {
    Dictionary(try rows.map(decode).map { ($0.key, $0.chain) }, uniquingKeysWith: { first, _ in first })
  }
}

extension [MathModelSave.ChainChange] {
  /// Gives initiatives their chains, and keeps each as a version.
  func statements(by actor: String) -> [Statement] {
    let keys = map { NormalKey($0.initiativeKey).text }
    let chains = map { $0.chain.map { JSONText(StoredChain.text($0)) } }
    return [
      """
      UPDATE initiative SET metric_chain_json = row.chain FROM unnest(\(keys), \(chains)) AS row (key, chain)
      WHERE initiative_key = row.key
      """,
      """
      INSERT INTO initiative_metric_chain (initiative_key, version, metric_chain_json, metric_chain_text, model_name, saved_by)
      SELECT row.key, 1 + COALESCE((SELECT max(version) FROM initiative_metric_chain AS had WHERE had.initiative_key = row.key), 0),
        row.chain, row.typed, row.model, \(actor)
      FROM unnest(\(keys), \(chains), \(map { $0.model?.chainText ?? "" }), \(map { $0.model?.modelName ?? "" }))
        AS row (key, chain, typed, model)
      """,
    ]
  }
}
