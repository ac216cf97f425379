import ConstraintCompilationDomain
import Postgres
import Wire

/// All scenarios, in the order of their keys.
struct AllScenarios: Query {
  var statement: Statement {
    """
    SELECT scenario_name, period_key, capacity_total_tokens, objective_mode, objective_weights_json, notes,
      objective_weights_text, row_number
    FROM scenario ORDER BY scenario_key COLLATE "C"
    """
  }

  static func decode(_ row: Row) throws -> PlannedScenario {
    let period: String = try row.decode(1)
    let mode: String = try row.decode(3)
    guard let period = PeriodKey(period), let objective = ObjectiveKind(rawValue: mode) else {
      throw PostgresError(.decoding, "a scenario is stored with the period \(period) and the mode \(mode), which the checks refuse")
    }
    return PlannedScenario(
      name: try row.decode(0), period: period, capacity: try row.decode(2), objective: objective,
      weights: try StoredWeights.read(try row.decode(4, as: JSONText.self)), notes: try row.decode(5),
      weightsText: try row.decode(6), row: try row.decode(7))
  }
}

/// Objective weights as they are stored: a list of objects with key, weight and tolerance.
enum StoredWeights {
  static func text(_ weights: [ScenarioWeight]) -> JSONText {
    let values = weights.map { weight -> JSONValue in
      .object([
        "key": .string(weight.key), "weight": JSONValue(floatLiteral: weight.weight),
        "tolerance": JSONValue(floatLiteral: weight.tolerance),
      ])
    }
    return JSONText(JSONValue.array(values).text())
  }

  /// Refuses whatever this service does not write.
  static func read(_ stored: JSONText) throws -> [ScenarioWeight] {
    guard let list = (try? JSONValue(parsing: stored.text))?.arrayValue else { throw fault }
    return try list.map { value in
      guard let members = value.objectValue?.members, members.count == 3, let key = value["key"]?.stringValue,
        let weight = value["weight"]?.doubleValue, let tolerance = value["tolerance"]?.doubleValue
      else { throw fault }
      return ScenarioWeight(key: key, weight: weight, tolerance: tolerance)
    }
  }

  private static var fault: PostgresError {
    PostgresError(.decoding, "objective_weights_json is not a list of key, weight and tolerance")
  }
}

extension [PlannedScenario] {
  func upsert(by actor: String, metricsRevision: Int) -> Statement {
    """
    INSERT INTO scenario AS stored (scenario_key, scenario_name, period_key, capacity_total_tokens, objective_mode,
      objective_weights_json, notes, objective_weights_text, row_number, metrics_config_revision, updated_by)
    SELECT *, \(metricsRevision), \(actor) FROM unnest(\(map { NormalKey($0.name).text }), \(map(\.name)), \(map(\.period.text)),
      \(map(\.capacity)), \(map(\.objective.rawValue)), \(map { StoredWeights.text($0.weights) }), \(map(\.notes)),
      \(map(\.weightsText)), \(map(\.row)))
    \(Self.onConflict)
    """
  }

  /// The same weights, written otherwise, are no change.
  private static var onConflict: Statement {
    RowReplacement(
      key: ["scenario_key"],
      content: ["scenario_name", "period_key", "capacity_total_tokens", "objective_mode", "objective_weights_json", "notes"],
      beside: ["objective_weights_text", "row_number", "metrics_config_revision"]
    ).statement
  }
}
