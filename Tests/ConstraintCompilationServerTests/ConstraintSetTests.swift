import Cryptography
import Messages
import Postgres
import RPC
import TestSupport
import Testing
import Wire

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct ConstraintSetTests {
  @Test func `the seeds' sets compile, one revision each`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let baseline = try await service.set("baseline", of: "Q1-2026 CORE")
      #expect(
        baseline.constraintSetName == "Baseline" && baseline.createdBy == "ada" && baseline.createdAtUs > 1_700_000_000_000_000)
      #expect(baseline.revision.count == 64)
      #expect(baseline.compiled?.floors?.capacityFloors == [CapacityFloor(dimension: "country", key: "UK", minTokens: 250)])
      #expect(
        baseline.compiled?.mandatory?.mandatory == [
          MandatoryInitiative(initiativeKey: "INIT-000017", reason: "Must ship (regulatory)")
        ])
      #expect(baseline.compiled?.targets?.kpiTargets.map(\.kpiKey) == ["KPI_CONVERSION", "NSM_ORDERS"])
      let aggressive = try await service.set("Aggressive")
      #expect(
        aggressive.compiled?.prerequisites?.prerequisites == [Prerequisite(initiativeKey: "INIT-000081", requires: ["INIT-000012"])]
      )
      #expect(aggressive.revision != baseline.revision)
      let byName = try await service.handler.getRevision(
        GetRevisionRequest(revision: baseline.revision.uppercased()), context: ServiceUnderTest.context)
      #expect(byName == baseline)
    }
  }

  @Test(arguments: [("", "2:supporting_kpi", false), ("all", "", true)])
  func `a target for a supporting KPI is refused, or stored where targets of all levels are wanted`(
    levels: String, error: String, isStored: Bool
  ) async throws {
    let settings = try ConstraintCompilationSettings(variables: ["LODESTAR_COMPILER_TARGET_LEVELS": levels])
    try await withService(settings: settings) { service in
      try await service.saveSeeds()
      let answer = try await service.targets([Seeds.target(2, "Loose", "", "KPI_TICKETS", "goal", 5)], .selection)
      #expect(answer.errors == (error.isEmpty ? [] : [error]))
      #expect(answer.messages.map(\.code) == ["supporting_kpi"] && answer.sets.first?.compiled == isStored)
    }
  }

  @Test func `the columns hold the shapes that the specification shows`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let row = try #require(
        try await service.database.query(
          """
          SELECT floors_json, caps_json, targets_json, mandatory_initiatives_json, bundles_json, exclusions_json, prerequisites_json,
            synergies_json, rows_json, compiled FROM constraint_set_revision
          WHERE set_key = 'baseline' ORDER BY created_at DESC LIMIT 1
          """
        ).first)
      func column(_ name: String) throws -> JSONValue { try JSONValue(parsing: try row.decode(name, as: JSONText.self).text) }
      func shape(_ text: String) throws -> String { try JSONValue(parsing: text).canonicalText }
      #expect(
        try column("floors_json").canonicalText
          == shape(#"{"capacity_floors":[{"dimension":"country","key":"UK","min_tokens":250}],"min_selected":[]}"#))
      #expect(
        try column("caps_json").canonicalText
          == shape(#"{"capacity_caps":[{"dimension":"country","key":"DE","max_tokens":180}],"max_selected":[]}"#))
      #expect(
        try column("mandatory_initiatives_json").canonicalText
          == shape(#"{"mandatory":[{"initiative_key":"INIT-000017","reason":"Must ship (regulatory)"}]}"#))
      #expect(
        try column("bundles_json").canonicalText
          == shape(
            #"{"bundles":[{"bundle_key":"BNDL-PAYMENTS","initiative_keys":[],"mode":"all_or_nothing","notes":"If pick one, pick all in bundle"}]}"#
          ))
      #expect(
        try column("exclusions_json").canonicalText
          == shape(#"{"exclude_initiatives":["INIT-000044"],"exclude_bundles":[],"exclude_pairs":[]}"#))
      #expect(try column("prerequisites_json").canonicalText == #"{"prerequisites":[]}"#)
      #expect(try column("synergies_json").canonicalText == #"{"synergies":[]}"#)
      #expect(try column("rows_json")["constraints"]?.arrayValue?.count == 5)
      let compiled = try CompiledConstraintSet(wireBytes: try row.decode("compiled", as: [UInt8].self))
      #expect(try Floors(jsonValue: try column("floors_json")) == compiled.floors, "the typed message reads its own column")
      #expect(try Targets(jsonValue: try column("targets_json")) == compiled.targets)
    }
  }

  @Test func `the same rows in another order give the same revision, and no new one`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.set("Baseline")
      var rows = Array(Seeds.constraints.reversed())
      for place in rows.indices { rows[place].rowNumber = UInt32(place + 20) }
      let answer = try await service.constraints(rows, actor: "bob")
      #expect(answer.sets.allSatisfy { $0.compiled && !$0.isNewRevision })
      #expect(answer.counts?.unchanged == 9)
      #expect(try await service.set("Baseline") == before)
      let problem = try await service.assemble().problem
      #expect(problem?.excluded.first?.source?.rowNumber == 24, "messages name where the row stands now")
      #expect(answer.sets.map(\.revision).sorted() == [before.revision, try await service.set("Aggressive").revision].sorted())
    }
  }

  @Test func `a set with an error keeps its last good revision, and the other set goes on`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.set("Baseline")
      var rows = Seeds.constraints
      rows[0].minTokens = .init(value: 180.5)
      rows[6].maxTokens = .init(value: 110)
      let answer = try await service.constraints(rows)
      #expect(answer.errors == ["2:not_whole"])
      #expect(answer.messages.filter { $0.code == "not_compiled" }.map(\.rowNumber) == [3, 4, 5, 6])
      #expect(
        answer.messages.filter { $0.code == "not_compiled" }.allSatisfy {
          $0.severity == .info && $0.message == "not compiled: row 2"
        })
      #expect(answer.sets.first { $0.constraintSetName == "Baseline" }?.revision == before.revision)
      #expect(answer.sets.first { $0.constraintSetName == "Baseline" }?.compiled == false)
      #expect(answer.sets.first { $0.constraintSetName == "Aggressive" }?.isNewRevision == true)
      #expect(try await service.set("Baseline") == before)
    }
  }

  @Test func `a set whose rows are all gone goes, and its revisions stay`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let gone = try await service.set("Aggressive")
      try await service.constraints(Array(Seeds.constraints.prefix(5)))
      #expect(try await service.set("Aggressive").compiled?.mandatory?.mandatory == [])
      let answer = try await service.targets(Array(Seeds.targets.prefix(2)))
      #expect(answer.counts?.removed == 2)
      let error = await #expect(throws: RPCError.self) { try await service.set("Aggressive") }
      #expect(error?.code == .notFound)
      let kept = try await service.handler.getRevision(
        GetRevisionRequest(revision: gone.revision), context: ServiceUnderTest.context)
      #expect(kept == gone)
    }
  }

  @Test func `a revision never changes, and is what its name says`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      for statement: Statement in [
        "UPDATE constraint_set_revision SET created_by = 'eve'", "DELETE FROM constraint_set_revision",
        "TRUNCATE constraint_set_revision CASCADE",
      ] {
        await #expect(throws: PostgresError.self) { try await service.database.execute(statement) }
      }
      let rows = try await service.database.query("SELECT revision, canonical FROM constraint_set_revision")
      #expect(rows.count > 2)
      for row in rows { #expect(try row.decode(0, as: String.self) == SHA256.hex(of: try row.decode(1))) }
    }
  }

  @Test func `two saves of one set come one after the other, and none is lost`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            let row = Seeds.row(
              UInt32(20 + number), "Baseline", "exclude_pair", "initiative",
              "\(Seeds.keys[number % 3])<>\(Seeds.keys[3 + number % 2])")
            _ = try await service.constraints([row], .selection)
          }
        }
        try await group.waitForAll()
      }
      #expect(try await service.set("Baseline").compiled?.exclusions?.excludePairs.count == 6)
    }
  }

  @Test func `an unreadable row keeps its set as it is`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let before = try await service.set("Baseline")
      let answer = try await service.constraints(
        Array(Seeds.constraints.dropFirst(2)),
        unreadable: [UnreadableRow(rowNumber: 2, scenarioName: "q1-2026 core", constraintSetName: "BASELINE")])
      #expect(answer.sets.map { "\($0.constraintSetName) \($0.compiled)" } == ["Aggressive true", "Baseline false"])
      #expect(try await service.set("Baseline") == before)
    }
  }

  @Test func `a KPI that went inactive is answered on its row`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      var config = ServiceUnderTest.config
      config.kpis[0].isActive = false
      service.fake.become(config)
      let answer = try await service.targets(Seeds.targets)
      #expect(answer.errors == ["3:inactive_kpi"])
      let constraints = try await service.constraints(Seeds.constraints)
      #expect(constraints.errors == ["0:stored_rows_faulty"], "told on no row of this tab")
    }
  }

  @Test func `names that are not there are answered with the nearest`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let set = await #expect(throws: RPCError.self) { try await service.set("Basline") }
      #expect(set?.code == .notFound && set?.message.hasSuffix("did you mean \"Baseline\"?") == true)
      let scenario = await #expect(throws: RPCError.self) { try await service.set("Baseline", of: "Q1-2026 Cor") }
      #expect(scenario?.code == .notFound && scenario?.message.hasSuffix("did you mean \"Q1-2026 Core\"?") == true)
      let revision = await #expect(throws: RPCError.self) {
        try await service.handler.getRevision(GetRevisionRequest(revision: "abc"), context: ServiceUnderTest.context)
      }
      #expect(revision?.code == .notFound)
    }
  }
}
