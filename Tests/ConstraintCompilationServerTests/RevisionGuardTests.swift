import ConstraintCompilationDomain
import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import ConstraintCompilationServer

/// Revisions are what they were, whoever tries to change them: told with plain SQL.
@Suite(.timeLimit(.minutes(2))) struct RevisionGuardTests {
  private static let changes: [Statement] = [
    "UPDATE constraint_set_revision SET created_by = 'eve'", "UPDATE constraint_set_revision SET referable = true",
    "DELETE FROM constraint_set_revision", "TRUNCATE constraint_set_revision CASCADE",
    "UPDATE initiative_metric_chain SET saved_by = 'eve'", "DELETE FROM initiative_metric_chain",
    "TRUNCATE initiative_metric_chain",
  ]

  @Test func `nobody has the right to change a revision, its owner included`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      for table in ["constraint_set_revision", "initiative_metric_chain"] {
        for right in ["UPDATE", "DELETE", "TRUNCATE"] {
          #expect(try await service.database.has(right, on: table) == false, "\(right) on \(table)")
        }
        #expect(try await service.database.has("INSERT", on: table) == true)
      }
      let before = try await service.dump()
      // Without its triggers the rights alone refuse all but the column that has one value.
      try await service.database.execute("ALTER TABLE constraint_set_revision DISABLE TRIGGER USER")
      try await service.database.execute("ALTER TABLE initiative_metric_chain DISABLE TRIGGER USER")
      for statement in Self.changes where !statement.sql.contains("referable") {
        let error = await #expect(throws: PostgresError.self) { try await service.database.execute(statement) }
        #expect(error?.sqlState == "42501", "\(statement.sql)")
      }
      await #expect(throws: PostgresError.self) {
        try await service.database.execute("UPDATE constraint_set_revision SET referable = false")
      }
      #expect(try await service.dump() == before)
    }
  }

  @Test func `with the rights given back the trigger refuses`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.dump()
      try await service.database.execute("GRANT ALL ON constraint_set_revision, initiative_metric_chain TO CURRENT_USER")
      for statement in Self.changes {
        let error = await #expect(throws: PostgresError.self) { try await service.database.execute(statement) }
        #expect(error?.sqlState == "23001", "\(statement.sql)")
      }
      #expect(try await service.dump() == before)
    }
  }

  /// A copy of the seeds' Baseline under another name, with one column as given.
  private func insert(_ column: String, _ json: String, _ service: ServiceUnderTest) async throws {
    let columns = ["rows_json"] + PublishedColumns.names
    let values = columns.map { $0 == column ? "'\(json)'::jsonb" : $0 }.joined(separator: ", ")
    let names = columns.joined(separator: ", ")
    try await service.database.execute(
      """
      INSERT INTO constraint_set_revision (revision, scenario_key, set_key, scenario_name, constraint_set_name, compiled, canonical,
        metrics_config_revision, created_by, \(unsafeSQL: names))
      SELECT encode(sha256('other'), 'hex'), scenario_key, 'other', scenario_name, 'Other', compiled, 'other', 0, 'eve',
        \(unsafeSQL: values)
      FROM constraint_set_revision WHERE set_key = 'baseline' ORDER BY created_at DESC LIMIT 1
      """)
  }

  @Test func `columns that hold what the messages cannot say are refused by the table`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let wrong = [
        ("floors_json", "{}"), ("floors_json", "[]"), ("floors_json", "null"), ("floors_json", "7"),
        ("floors_json", #"{"capacity_floors":[]}"#), ("floors_json", #"{"capacity_floors":[],"min_selected":[],"more":1}"#),
        ("floors_json", #"{"capacity_floors":{},"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[7],"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK"}],"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK","min_tokens":"250"}],"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK","min_tokens":1,"x":1}],"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[[{"dimension":"country","key":"UK","min_tokens":1}]],"min_selected":[]}"#),
        ("floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK","min_count":1}],"min_selected":[]}"#),
        ("caps_json", #"{"capacity_caps":[],"max_selected":[{"dimension":"all","key":null,"max_count":1}]}"#),
        ("targets_json", #"{"kpi_targets":[{"kpi_key":"K"}]}"#), ("mandatory_initiatives_json", #"{"mandatory":["INIT-1"]}"#),
        ("bundles_json", #"{"bundles":[{"bundle_key":"B","mode":"m","notes":"","initiative_keys":[1]}]}"#),
        ("bundles_json", #"{"bundles":[{"bundle_key":"B","mode":"m","notes":"","initiative_keys":"A"}]}"#),
        ("exclusions_json", #"{"exclude_initiatives":[1],"exclude_bundles":[],"exclude_pairs":[]}"#),
        ("exclusions_json", #"{"exclude_initiatives":[],"exclude_bundles":[],"exclude_pairs":["A"]}"#),
        ("exclusions_json", #"{"exclude_initiatives":[],"exclude_bundles":[],"exclude_pairs":[["A"]]}"#),
        ("exclusions_json", #"{"exclude_initiatives":[],"exclude_bundles":[],"exclude_pairs":[["A",1]]}"#),
        ("prerequisites_json", #"{"prerequisites":[{"initiative_key":"A","requires":[null]}]}"#),
        ("synergies_json", #"{"synergies":[{"initiative_keys":[],"synergy_group_key":"","kpi_key":"K","bonus":true}]}"#),
        ("rows_json", #"{"constraints":[]}"#), ("rows_json", #"{"constraints":{},"targets":[]}"#),
      ]
      for (column, json) in wrong {
        let error = await #expect(throws: PostgresError.self, "\(column): \(json)") { try await insert(column, json, service) }
        #expect(error?.sqlState == "23514", "\(column): \(json)")
      }
      // What the messages can say is taken, though it is another set's.
      try await insert(
        "floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK","min_tokens":1}],"min_selected":[]}"#, service)
    }
  }

  @Test func `pairs are published as lists of two`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await service.constraints(
        [Seeds.row(20, "Baseline", "exclude_pair", "initiative", "INIT-000099<>INIT-000100")], .selection)
      let column = try await service.database.query(
        "SELECT exclusions_json ->> 'exclude_pairs' FROM constraint_set_revision ORDER BY created_at DESC LIMIT 1")
      #expect(try column.first?.decode(0, as: String.self) == #"[["INIT-000099", "INIT-000100"]]"#)
      #expect(try await service.verify().broken == [])
    }
  }

  @Test func `every revision is verified, and each column that says something else is told`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let sound = try await service.verify()
      #expect(sound.revisions > 2 && sound.broken == [])
      try await insert(
        "floors_json", #"{"capacity_floors":[{"dimension":"country","key":"UK","min_tokens":1}],"min_selected":[]}"#, service)
      let told = try await service.verify()
      #expect(told.revisions == sound.revisions + 1)
      #expect(Set(told.broken.map(\.constraintSetName)) == ["Other"])
      #expect(
        told.broken.map { "\($0.column): \($0.message)" } == [
          "canonical: it is not the canonical form of the compiled message",
          "floors_json: capacity_floors[0].min_tokens is 1, and the compiled message says 250",
        ])
      // Whoever asks for it gets an error, not what nobody compiled.
      let error = await #expect(throws: RPCError.self) {
        try await service.handler.getRevision(
          GetRevisionRequest(revision: told.broken[0].revision), context: ServiceUnderTest.context)
      }
      #expect(error?.code == .dataLoss)
    }
  }

  @Test func `a revision that was named by the first form is sound`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let head = try await service.set("Baseline")
      let set = try CompiledSet(try #require(head.compiled))
      let canonical = set.canonicalBytes(scenarioName: head.scenarioName, setName: head.constraintSetName, version: 1)
      let rest = """
        scenario_key, set_key, scenario_name, constraint_set_name, compiled, metrics_config_revision, created_by, rows_json,
        \(PublishedColumns.names.joined(separator: ", "))
        """
      try await service.database.execute(
        """
        INSERT INTO constraint_set_revision (revision, canonical, \(unsafeSQL: rest))
        SELECT encode(sha256(\(canonical)), 'hex'), \(canonical), \(unsafeSQL: rest) FROM constraint_set_revision
        WHERE revision = \(head.revision)
        """)
      let told = try await service.verify()
      #expect(told.broken == [] && told.revisions > 3)
    }
  }

  @Test func `rows that no message can say are found`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await insert("rows_json", #"{"constraints":[{"row_number":2,"colour":"red"}],"targets":[]}"#, service)
      #expect(try await service.verify().broken.map(\.column).contains("rows_json"))
    }
  }

  @Test func `a head that moved is moved by nobody who did not see it`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let head = try await service.set("Baseline")
      let new = NewRevision(
        key: SetKey(scenarioName: "Q1-2026 Core", setName: "Baseline"), scenarioName: "Q1-2026 Core", name: "Baseline",
        rows: SetRows(),
        revision: head.revision, canonical: [], compiled: CompiledConstraintSet())
      let stale = String(repeating: "0", count: 64)
      #expect(try await service.database.query(try new.moveHead(from: stale, by: "eve")).isEmpty)
      #expect(try await service.database.query(try new.moveHead(from: nil, by: "eve")).isEmpty)
      #expect(try await service.database.execute(removeHeads([(new.key, stale)])) == 0)
      #expect(try await service.set("Baseline") == head)
      #expect(try await service.stored("Constraints").flatMap(\.constraints).count == 9)
      #expect(try await service.database.query(try new.moveHead(from: head.revision, by: "eve")).count == 1)
    }
  }
}

extension Database {
  fileprivate func has(_ right: String, on table: String) async throws -> Bool? {
    try await query("SELECT has_table_privilege(\(table), \(right))").first?.decode(0)
  }
}
