import ConstraintCompilationDomain
import Cryptography
import Messages
import Postgres
import Wire

/// A stored revision with everything that is said of it twice.
struct WholeRevision {
  static let selection: Statement = """
    SELECT revision, scenario_name, constraint_set_name, scenario_key, set_key, compiled, canonical, rows_json,
      \(PublishedColumns.listedNames)
    FROM constraint_set_revision ORDER BY scenario_key COLLATE "C", set_key COLLATE "C", created_at, revision
    """

  private let row: Row
  private let name: String
  private let scenarioName: String
  private let setName: String

  init(_ row: Row) throws {
    self.row = row
    name = try row.decode(0)
    scenarioName = try row.decode(1)
    setName = try row.decode(2)
  }

  /// Each column that is not what the others say of it.
  func faults() throws -> [BrokenRevision] {
    var faults: [BrokenRevision] = []
    let key = SetKey(scenarioName: scenarioName, setName: setName)
    if key.scenario.text != (try row.decode(3)) {
      faults.append(fault("scenario_key", "it is not the normal form of scenario_name"))
    }
    if key.set.text != (try row.decode(4)) { faults.append(fault("set_key", "it is not the normal form of constraint_set_name")) }
    let canonical = try row.decode(6, as: [UInt8].self)
    let hash = SHA256.hex(of: canonical)
    if hash != name { faults.append(fault("revision", "the SHA-256 of canonical is \(hash)")) }
    do {
      _ = try StoredRows.read(try row.decode(7, as: JSONText.self))
    } catch {
      faults.append(fault("rows_json", "\(error)"))
    }
    do {
      let compiled = try CompiledConstraintSet(wireBytes: try row.decode(5, as: [UInt8].self))
      let set = try CompiledSet(compiled)
      // A revision keeps the form that it was named by.
      if ![2, 1].contains(where: { set.canonicalBytes(scenarioName: scenarioName, setName: setName, version: $0) == canonical }) {
        faults.append(fault("canonical", "it is not the canonical form of the compiled message"))
      }
      faults += try PublishedColumns(compiled).faults(in: row, from: 8).map { fault($0.column, $0.message) }
    } catch let error as WireError {
      faults.append(fault("compiled", "it cannot be read: \(error)"))
    } catch let error as RevisionFault {
      faults.append(fault("compiled", error.description))
    }
    return faults
  }

  private func fault(_ column: String, _ message: String) -> BrokenRevision {
    BrokenRevision(revision: name, scenarioName: scenarioName, constraintSetName: setName, column: column, message: message)
  }
}

extension PlanningStore {
  /// Revisions that are in memory at once: each may have as many rows as a tab.
  static let verifiedAtOnce = 4

  /// Reads every revision of one moment, and hands on what is wrong with each; nothing for those that are right.
  func verifyRevisions(deadline: ContinuousClock.Instant?, _ take: ([BrokenRevision]) -> Void) async throws {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      try await transaction.readParts(
        of: WholeRevision.selection, cursor: "whole_revisions", rowsAtOnce: Self.verifiedAtOnce
      ) { rows in
        for row in rows { take(try WholeRevision(row).faults()) }
      }
    }
  }

  /// The set's newest revision that was made before this one; nil when there is none. Where the set stands every other was before, though it
  /// was made later: a set that went back to what it said stands at a revision older than the one that it left.
  func revision(
    before later: RevisionByName.Stored, whereItStands: Bool, deadline: ContinuousClock.Instant?
  ) async throws -> RevisionByName.Stored? {
    let name = try await database.fetchFirst(
      RevisionBefore(revision: later.revision, whereItStands: whereItStands), deadline: deadline)
    guard let name else { return nil }
    return try await revision(name, deadline: deadline)
  }
}

private struct RevisionBefore: Query {
  var revision: String
  var whereItStands: Bool

  var statement: Statement {
    """
    SELECT earlier.revision FROM constraint_set_revision AS later JOIN constraint_set_revision AS earlier USING (scenario_key, set_key)
    WHERE later.revision = \(revision) AND earlier.revision <> later.revision
      AND (\(whereItStands) OR (earlier.created_at, earlier.revision) < (later.created_at, later.revision))
    ORDER BY earlier.created_at DESC, earlier.revision DESC LIMIT 1
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}
