import ConstraintCompilationDomain
import Messages
import Postgres
import Wire

/// The keys and names of all sets.
struct SetNames: Query {
  struct Line: Sendable {
    var scenarioKey: String
    var scenarioName: String
    var name: String

    var key: SetKey { SetKey(scenarioName: scenarioName, setName: name) }
  }

  var statement: Statement {
    """
    SELECT scenario_key, scenario_name, constraint_set_name FROM constraint_set JOIN scenario USING (scenario_key)
    ORDER BY scenario_key COLLATE "C", set_key COLLATE "C"
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(scenarioKey: try row.decode(0), scenarioName: try row.decode(1), name: try row.decode(2))
  }
}

/// A set with its rows and its newest revision.
struct SetHead: Sendable {
  var stored: StoredSet
  var revision: String
  var movedBy: String

  var standing: StandingHead {
    StandingHead(scenarioName: stored.scenarioName, setName: stored.name, revision: revision, movedBy: movedBy)
  }
}

/// Somebody moved a set without waiting for its lock.
struct HeadRace: Error {}

/// The sets of these keys that there are.
struct SetHeads: Query {
  var keys: [SetKey]

  var statement: Statement {
    """
    SELECT scenario_name, constraint_set_name, revision, constraint_rows, target_rows, constraint_set.updated_by
    FROM constraint_set JOIN scenario USING (scenario_key)
    JOIN unnest(\(keys.map(\.scenario.text)), \(keys.map(\.set.text))) AS wanted (scenario_key, set_key) USING (scenario_key, set_key)
    """
  }

  static func decode(_ row: Row) throws -> SetHead {
    let rows = try StoredRows.read(constraints: try row.decode(3), targets: try row.decode(4))
    return SetHead(
      stored: StoredSet(scenarioName: try row.decode(0), name: try row.decode(1), rows: rows), revision: try row.decode(2),
      movedBy: try row.decode(5))
  }
}

/// A set's rows as they are stored: the contract's own messages.
enum StoredRows {
  static func bytes(constraints entries: [ConstraintEntry]) throws -> [UInt8] {
    try SaveConstraintsRequest(rows: entries.map { ConstraintRow($0) }).wireBytes()
  }

  static func bytes(targets entries: [TargetEntry]) throws -> [UInt8] {
    try SaveTargetsRequest(rows: entries.map { TargetRow($0) }).wireBytes()
  }

  static func read(constraints: [UInt8], targets: [UInt8]) throws -> SetRows {
    do {
      return SetRows(
        constraints: try SaveConstraintsRequest(wireBytes: constraints).rows.map(ConstraintEntry.init),
        targets: try SaveTargetsRequest(wireBytes: targets).rows.map(TargetEntry.init))
    } catch {
      throw PostgresError(.decoding, "the rows of a set cannot be read: \(error)")
    }
  }

  /// As people read them later: `{"constraints": […], "targets": […]}`, in the contract's JSON.
  static func json(_ rows: SetRows) -> JSONText {
    let value: JSONValue = .object([
      "constraints": .array(rows.constraints.map { ConstraintRow($0).jsonValue }),
      "targets": .array(rows.targets.map { TargetRow($0).jsonValue }),
    ])
    return JSONText(value.text())
  }

  static func read(_ json: JSONText) throws -> SetRows {
    do {
      let value = try JSONValue(parsing: json.text)
      return SetRows(
        constraints: try (value["constraints"]?.arrayValue ?? []).map { ConstraintEntry(try ConstraintRow(jsonValue: $0)) },
        targets: try (value["targets"]?.arrayValue ?? []).map { TargetEntry(try TargetRow(jsonValue: $0)) })
    } catch {
      throw PostgresError(.decoding, "rows_json cannot be read: \(error)")
    }
  }
}

/// A revision that is about to be stored, unless it is there.
struct NewRevision: Sendable {
  var key: SetKey
  var scenarioName: String
  var name: String
  var rows: SetRows
  var revision: String
  var canonical: [UInt8]
  var compiled: CompiledConstraintSet
}

/// Stores a revision; answers a row when it is new.
struct InsertRevision: Query {
  var new: NewRevision
  var compiledBytes: [UInt8]
  var actor: String
  var metricsRevision: Int

  init(_ new: NewRevision, actor: String, metricsRevision: Int) throws {
    self.new = new
    self.actor = actor
    self.metricsRevision = metricsRevision
    compiledBytes = try new.compiled.wireBytes()
  }

  var statement: Statement {
    """
    INSERT INTO constraint_set_revision (revision, scenario_key, set_key, scenario_name, constraint_set_name, rows_json,
      \(PublishedColumns.listedNames), compiled, canonical, metrics_config_revision, created_by)
    VALUES (\(new.revision), \(new.key.scenario.text), \(new.key.set.text), \(new.scenarioName), \(new.name),
      \(StoredRows.json(new.rows)), \(PublishedColumns(new.compiled).listedTexts), \(compiledBytes), \(new.canonical),
      \(metricsRevision), \(actor))
    ON CONFLICT (revision) DO NOTHING
    RETURNING revision
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

extension NewRevision {
  /// Moves the set to the revision, with the rows that it was compiled from this time; answers a row unless it stands elsewhere by now.
  /// - Parameter from: where the set stood when it was read; nil when there was none.
  func moveHead(from: String?, by actor: String) throws -> Statement {
    let constraints = try StoredRows.bytes(constraints: rows.constraints)
    let targets = try StoredRows.bytes(targets: rows.targets)
    guard let from else {
      return """
        INSERT INTO constraint_set (scenario_key, set_key, constraint_set_name, revision, constraint_rows, target_rows, updated_by)
        VALUES (\(key.scenario.text), \(key.set.text), \(name), \(revision), \(constraints), \(targets), \(actor))
        ON CONFLICT (scenario_key, set_key) DO NOTHING
        RETURNING revision
        """
    }
    return """
      UPDATE constraint_set SET revision = \(revision), constraint_rows = \(constraints), target_rows = \(targets),
        updated_by = CASE WHEN revision = \(revision) THEN updated_by ELSE \(actor) END,
        updated_at = CASE WHEN revision = \(revision) THEN updated_at ELSE now() END
      WHERE scenario_key = \(key.scenario.text) AND set_key = \(key.set.text) AND revision = \(from)
      RETURNING revision
      """
  }
}

/// Takes sets away that stand where they stood when they were read.
func removeHeads(_ heads: [(key: SetKey, revision: String)]) -> Statement {
  """
  DELETE FROM constraint_set USING unnest(\(heads.map(\.key.scenario.text)), \(heads.map(\.key.set.text)), \(heads.map(\.revision)))
    AS gone (scenario_key, set_key, revision)
  WHERE constraint_set.scenario_key = gone.scenario_key AND constraint_set.set_key = gone.set_key
    AND constraint_set.revision = gone.revision
  """
}

/// A revision as it is stored.
struct RevisionByName: Query {
  struct Stored: Sendable {
    var scenarioName: String
    var setName: String
    var revision: String
    var compiled: CompiledConstraintSet
    var createdAt: TimestampMicroseconds
    var createdBy: String

    var key: SetKey { SetKey(scenarioName: scenarioName, setName: setName) }
  }

  fileprivate static let columns: Statement = "scenario_name, constraint_set_name, revision, compiled, created_at, created_by"

  var revision: String
  var statement: Statement { "SELECT \(Self.columns) FROM constraint_set_revision WHERE revision = \(revision)" }

  static func decode(_ row: Row) throws -> Stored {
    let compiled: CompiledConstraintSet
    do {
      compiled = try CompiledConstraintSet(wireBytes: try row.decode(3, as: [UInt8].self))
    } catch let error as WireError {
      throw PostgresError(.decoding, "a stored revision cannot be read: \(error)")
    }
    return Stored(
      scenarioName: try row.decode(0), setName: try row.decode(1), revision: try row.decode(2), compiled: compiled,
      createdAt: try row.decode(4), createdBy: try row.decode(5))
  }
}

/// A revision for whoever hands it on: what is published of it must be what was compiled.
struct PublishedRevision: Query {
  var revision: String

  var statement: Statement {
    """
    SELECT \(RevisionByName.columns), \(unsafeSQL: PublishedColumns.names.joined(separator: ", "))
    FROM constraint_set_revision WHERE revision = \(revision)
    """
  }

  static func decode(_ row: Row) throws -> RevisionByName.Stored {
    let stored = try RevisionByName.decode(row)
    if let fault = try PublishedColumns(stored.compiled).faults(in: row, from: 6).first {
      throw RevisionFault(description: "\(fault.column): \(fault.message)")
    }
    return stored
  }
}

/// The rows that a revision was first compiled from.
struct RowsOfRevision: Query {
  var revision: String
  var statement: Statement { "SELECT rows_json FROM constraint_set_revision WHERE revision = \(revision)" }
  static func decode(_ row: Row) throws -> SetRows { try StoredRows.read(try row.decode(0, as: JSONText.self)) }
}
