import MetricGovernanceDomain
import Postgres
import Wire

/// The structured parts of a version's content as they are stored: edge cases, columns, and a whole content where an approval keeps one.
enum StoredContent {
  static func text(_ edgeCases: EdgeCases) -> JSONText { JSONText(value(edgeCases).text()) }
  static func text(_ columns: [MetricColumn]) -> JSONText { JSONText(value(columns).text()) }

  static func text(_ content: VersionContent) -> JSONText {
    JSONText(
      JSONValue.object([
        "dbt_model": .string(content.dbtModel), "relation": .string(content.relation), "definition": .string(content.definition),
        "edge_cases": value(content.edgeCases), "columns": value(content.columns),
        "migration_guide": .string(content.migrationGuide),
      ]).text())
  }

  static func edgeCases(_ stored: JSONText) throws -> EdgeCases { try edgeCases(parsed(stored)) }
  static func columns(_ stored: JSONText) throws -> [MetricColumn] { try columns(parsed(stored)) }

  static func content(_ stored: JSONText) throws -> VersionContent {
    let value = try parsed(stored)
    return VersionContent(
      dbtModel: try string(value, "dbt_model"), relation: try string(value, "relation"),
      definition: try string(value, "definition"),
      edgeCases: try edgeCases(value["edge_cases"] ?? .null), columns: try columns(value["columns"] ?? .null),
      migrationGuide: try string(value, "migration_guide"))
  }

  static func text(_ checklist: Approval.Checklist) -> JSONText {
    JSONText(
      JSONValue.object([
        "formula_is_correct": .bool(checklist.isFormulaCorrect), "edge_cases_are_handled": .bool(checklist.areEdgeCasesHandled),
        "impact_is_understood": .bool(checklist.isImpactUnderstood), "migration_is_planned": .bool(checklist.isMigrationPlanned),
      ]).text())
  }

  static func checklist(_ stored: JSONText) throws -> Approval.Checklist {
    let value = try parsed(stored)
    return Approval.Checklist(
      isFormulaCorrect: try bool(value, "formula_is_correct"), areEdgeCasesHandled: try bool(value, "edge_cases_are_handled"),
      isImpactUnderstood: try bool(value, "impact_is_understood"), isMigrationPlanned: try bool(value, "migration_is_planned"))
  }

  // MARK: Parts

  private static func value(_ edgeCases: EdgeCases) -> JSONValue {
    .object([
      "on_zero_denominator": .string(edgeCases.onZeroDenominator?.rawValue ?? ""),
      "currency": .string(edgeCases.currency?.rawValue ?? ""), "notes": .array(edgeCases.notes.map(JSONValue.string)),
    ])
  }

  private static func value(_ columns: [MetricColumn]) -> JSONValue {
    .array(
      columns.map {
        .object(["name": .string($0.name), "type": .string($0.type), "constant": .string($0.constant)])
      })
  }

  private static func edgeCases(_ value: JSONValue) throws -> EdgeCases {
    let zero = try string(value, "on_zero_denominator")
    let currency = try string(value, "currency")
    guard let notes = value["notes"]?.arrayValue else { throw fault("notes") }
    return EdgeCases(
      onZeroDenominator: try word(zero, "on_zero_denominator"), currency: try word(currency, "currency"),
      notes: try notes.map { note in
        guard let text = note.stringValue else { throw fault("notes") }
        return text
      })
  }

  private static func columns(_ value: JSONValue) throws -> [MetricColumn] {
    guard let list = value.arrayValue else { throw fault("columns") }
    return try list.map { column in
      MetricColumn(
        name: try string(column, "name"), type: try string(column, "type"), constant: try string(column, "constant"))
    }
  }

  private static func word<Word: RawRepresentable>(_ text: String, _ name: String) throws -> Word? where Word.RawValue == String {
    if text.isEmpty { return nil }
    guard let word = Word(rawValue: text) else { throw fault(name) }
    return word
  }

  private static func string(_ value: JSONValue, _ name: String) throws -> String {
    guard let text = value[name]?.stringValue else { throw fault(name) }
    return text
  }

  private static func bool(_ value: JSONValue, _ name: String) throws -> Bool {
    guard let bool = value[name]?.boolValue else { throw fault(name) }
    return bool
  }

  private static func parsed(_ stored: JSONText) throws -> JSONValue {
    guard let value = try? JSONValue(parsing: stored.text) else { throw fault("it") }
    return value
  }

  /// Refuses whatever this service does not write.
  private static func fault(_ name: String) -> PostgresError {
    PostgresError(.decoding, "a stored content is not as this service writes it: \(name)")
  }
}

extension Instant {
  init(_ timestamp: TimestampMicroseconds) { self.init(microseconds: timestamp.sinceEpoch) }

  var timestamp: TimestampMicroseconds { TimestampMicroseconds(sinceEpoch: microseconds) }
}
