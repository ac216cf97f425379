import Cryptography
import Messages
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing
import Wire

@testable import ConstraintCompilationServer

/// What earlier programs stored, and what becomes of it when this one migrates the schema.
@Suite(.timeLimit(.minutes(2))) struct MigrationTests {
  private static let earlier = EarlierRevision(setKey: "baseline", setName: "Baseline", pairs: [("INIT-000099", "INIT-000100")])
  private static let withoutPairs = EarlierRevision(setKey: "tight", setName: "Tight", pairs: [])

  /// The schema as it was after so many migrations, with the seeds' initiatives, a scenario and two sets as the programs of then stored them.
  private func asOf(_ version: Int, _ database: Database) async throws {
    try await database.migrate(
      schema: ConstraintCompilationServer.schema, migrations: Array(ConstraintCompilationServer.migrations.prefix(version)))
    for row in Seeds.initiatives {
      try await database.execute(
        """
        INSERT INTO initiative (initiative_key, spelling, title, country, department, category, program_key, lifecycle_status,
          is_optimization_candidate, candidate_period_key, immediate_kpi_key, backlog_notes, backlog_row, backlog_updated_by,
          engineering_tokens, candidate_row)
        VALUES (lower(\(row.initiativeKey)), \(row.initiativeKey), \(row.title), \(row.country), '', '', '', '', true, '', '', '',
          \(Int(row.rowNumber)), 'ada', 100, 2)
        """)
    }
    for row in Seeds.contributions {
      try await database.execute(
        """
        INSERT INTO contribution (initiative_key, kpi_key, kpi_spelling, value, notes, metrics_config_revision, updated_by)
        VALUES (lower(\(row.initiativeKey)), 'nsm_orders', 'NSM_ORDERS', \(row.contribution), '', 1, 'ada')
        """)
    }
    try await database.execute(
      """
      INSERT INTO scenario (scenario_key, scenario_name, period_key, capacity_total_tokens, objective_mode, objective_weights_json, notes,
        metrics_config_revision, updated_by)
      VALUES ('q1-2026 core', 'Q1-2026 Core', '2026-Q1', 1200, 'north_star', '[]', '', 1, 'ada')
      """)
    // Later schemas take no pairs that are objects.
    for set in [Self.earlier, Self.withoutPairs] where version < 3 { try await set.store(in: database) }
  }

  @Test(arguments: [1, 2])
  func `pairs that were published as objects are lists of two, in the revision that they were in`(version: Int) async throws {
    try await withService(before: { try await asOf(version, $0) }) { service in
      let columns = try await service.database.query(
        "SELECT revision, exclusions_json::text FROM constraint_set_revision ORDER BY set_key"
      ).map { [try $0.decode(0, as: String.self), try $0.decode(1, as: String.self)] }
      #expect(
        columns == [
          [
            Self.earlier.revision,
            #"{"exclude_pairs": [["INIT-000099", "INIT-000100"]], "exclude_bundles": [], "exclude_initiatives": []}"#,
          ],
          [Self.withoutPairs.revision, #"{"exclude_pairs": [], "exclude_bundles": [], "exclude_initiatives": []}"#],
        ])
      let verified = try await service.verify()
      #expect(verified.revisions == 2 && verified.broken == [])
    }
  }

  @Test func `a revision of the first form is read, run, compared, and followed by one of the second`() async throws {
    try await withService(before: { try await asOf(2, $0) }) { service in
      let head = try await service.set("Baseline")
      #expect(head.revision == Self.earlier.revision && head.compiled == Self.earlier.compiled)
      let problem = try #require(try await service.assemble("Baseline").problem)
      #expect(problem.revision == head.revision && problem.excludePairs.count == 1)
      // The same rows: a name of the second form, and no change that anybody would be told of.
      let rows = [
        Seeds.row(2, "Baseline", "capacity_floor", "country", "UK", min: 100),
        Seeds.row(3, "Baseline", "exclude_pair", "initiative", "INIT-000099<>INIT-000100"),
      ]
      let saved = try await service.constraints(rows, .selection)
      #expect(saved.errors == [] && saved.sets.first?.isNewRevision == true)
      let difference = try await service.handler.diffRevisions(
        DiffRevisionsRequest(scenarioName: "Q1-2026 Core", constraintSetName: "Baseline"), context: ServiceUnderTest.context)
      #expect(difference.from?.revision == head.revision && difference.changes == [])
      let verified = try await service.verify()
      #expect(verified.revisions == 3 && verified.broken == [])
    }
  }

  @Test(arguments: [2, 3])
  func `initiatives of before are told to whoever watches, and so is what changes of them`(version: Int) async throws {
    try await withService(before: { try await asOf(version, $0) }) { service in
      #expect(try await service.changes().map(\.0) == Seeds.keys.map { $0.lowercased() }.sorted())
      let before = try await service.changes().map(\.1)
      #expect(before == Array(1...before.count))
      let listed = try await service.handler.listInitiatives(ListInitiativesRequest(), context: ServiceUnderTest.context)
      #expect(listed.initiatives.map(\.initiativeKey) == Seeds.keys.sorted() && listed.cursor == Int64(before.count))
      // Nobody had a scope then: it is empty, and a first one is news.
      var plan = Seeds.candidates[0]
      plan.engineeringTokens = .init(value: 100)
      plan.scopeMode = "either"
      plan.engineeringTokensMvp = .init(value: 40)
      try await service.candidates([plan], .selection)
      #expect(try await service.changes().last?.0 == "init-000017")
      #expect(try await service.changes().last?.1 == before.count + 1)
    }
  }

  @Test func `revisions of before are guarded as all others`() async throws {
    try await withService(before: { try await asOf(2, $0) }) { service in
      for statement: Statement in [
        "UPDATE constraint_set_revision SET created_by = 'eve'", "DELETE FROM constraint_set_revision",
      ] {
        let error = await #expect(throws: PostgresError.self) { try await service.database.execute(statement) }
        #expect(error?.sqlState == "42501" || error?.sqlState == "23001", "\(statement.sql)")
      }
    }
  }

  @Test func `a column that the guards cannot take stops the migration, and nothing is changed`() async throws {
    try await withDatabase(role: .compiler) { database in
      try await asOf(2, database)
      let before = try await database.query("SELECT version FROM schema_migrations").count
      try await database.execute(
        """
        INSERT INTO constraint_set_revision (revision, scenario_key, set_key, scenario_name, constraint_set_name, rows_json, floors_json,
          caps_json, targets_json, mandatory_initiatives_json, bundles_json, exclusions_json, prerequisites_json, synergies_json, compiled,
          canonical, metrics_config_revision, created_by)
        VALUES (encode(sha256('x'), 'hex'), 'q1-2026 core', 'odd', 'Q1-2026 Core', 'Odd', '{}', '{}', '{}', '{}', '{}', '{}',
          '{"exclude_pairs": []}', '{}', '{}', '', 'x', 1, 'eve')
        """)
      let error = await #expect(throws: PostgresError.self) {
        try await database.migrate(
          schema: ConstraintCompilationServer.schema, migrations: ConstraintCompilationServer.migrations)
      }
      #expect(error?.kind == .migration && error?.message.contains("0003_revision_guards") == true, "\(error?.message ?? "")")
      #expect(try await database.query("SELECT version FROM schema_migrations").count == before)
      #expect(
        try await database.query("SELECT 1 FROM constraint_set_revision WHERE exclusions_json::text LIKE '%initiative_key_a%'")
          .count
          == 1)
    }
  }
}

extension ServiceUnderTest {
  /// The number of each initiative's newest change, in their order.
  fileprivate func changes() async throws -> [(String, Int)] {
    try await database.query("SELECT initiative_key, number FROM initiative_change ORDER BY number").map {
      (try $0.decode(0), try $0.decode(1))
    }
  }
}

/// A set with a floor and pairs as the first program that had revisions stored it: pairs published as objects, and named by the first
/// canonical form, in which keys are spelt as typed. Both are written here by hand, for this program writes neither any more.
private struct EarlierRevision {
  var setKey: String
  var setName: String
  var pairs: [(String, String)]

  var compiled: CompiledConstraintSet {
    CompiledConstraintSet(
      floors: Floors(capacityFloors: [CapacityFloor(dimension: "country", key: "UK", minTokens: 100)]), caps: Caps(),
      targets: Targets(), mandatory: Mandatory(), bundles: Bundles(),
      exclusions: Exclusions(excludePairs: pairs.map { ExcludePair(initiativeKeyA: $0.0, initiativeKeyB: $0.1) }),
      prerequisites: Prerequisites(), synergies: Synergies())
  }

  private var canonical: [UInt8] {
    var bytes: [UInt8] = []
    func write(_ number: Int) {
      for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    func write(_ text: String) {
      write(text.utf8.count)
      bytes.append(contentsOf: text.utf8)
    }
    for text in ["lodestar.constraint_set.1", "q1-2026 core", setKey] { write(text) }
    // One floor; no other bounds, targets, mandates, bundles, and neither initiatives nor bundles excluded.
    write(1)
    for text in ["country", "UK"] { write(text) }
    write(100)
    for _ in 0..<8 { write(0) }
    write(pairs.count)
    for (one, other) in pairs {
      write(one)
      write(other)
    }
    // No prerequisites, no synergies.
    for _ in 0..<2 { write(0) }
    return bytes
  }

  var revision: String { SHA256.hex(of: canonical) }

  private var exclusions: String {
    let objects = pairs.map { #"{"initiative_key_a": "\#($0.0)", "initiative_key_b": "\#($0.1)"}"# }.joined(separator: ", ")
    return #"{"exclude_initiatives": [], "exclude_bundles": [], "exclude_pairs": [\#(objects)]}"#
  }

  func store(in database: Database) async throws {
    let rows = SaveConstraintsRequest(
      rows: [Seeds.row(2, setName, "capacity_floor", "country", "UK", min: 100)]
        + pairs.enumerated().map { place, pair in
          Seeds.row(UInt32(place + 3), setName, "exclude_pair", "initiative", "\(pair.0)<>\(pair.1)")
        })
    try await database.execute(
      """
      INSERT INTO constraint_set_revision (revision, scenario_key, set_key, scenario_name, constraint_set_name, rows_json, floors_json,
        caps_json, targets_json, mandatory_initiatives_json, bundles_json, exclusions_json, prerequisites_json, synergies_json, compiled,
        canonical, metrics_config_revision, created_by)
      VALUES (\(revision), 'q1-2026 core', \(setKey), 'Q1-2026 Core', \(setName), '{"constraints": [], "targets": []}',
        '{"capacity_floors": [{"dimension": "country", "key": "UK", "min_tokens": 100}], "min_selected": []}',
        '{"capacity_caps": [], "max_selected": []}', '{"kpi_targets": []}', '{"mandatory": []}', '{"bundles": []}',
        \(exclusions)::text::jsonb, '{"prerequisites": []}', '{"synergies": []}', \(try compiled.wireBytes()), \(canonical), 1, 'ada')
      """)
    try await database.execute(
      """
      INSERT INTO constraint_set (scenario_key, set_key, constraint_set_name, revision, constraint_rows, target_rows, updated_by)
      VALUES ('q1-2026 core', \(setKey), \(setName), \(revision), \(try rows.wireBytes()), ''::bytea, 'ada')
      """)
  }
}
