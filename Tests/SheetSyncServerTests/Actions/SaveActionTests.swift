import Glibc
import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

private let candidateHeader: [NewValue] = [
  "initiative_key", "title", "engineering_tokens", "deadline_date", "is_mandatory", "prerequisite_keys", "is_selected_for_run",
  "notes",
  "run_status", "updated_source", "updated_at", "My own",
]

private func candidates(_ rows: [NewValue]...) -> (String, [[NewValue]]) { ("Candidates", [candidateHeader] + rows) }

@Suite(.serialized) struct SaveActionTests {
  @Test func `rows go to their owner as typed values, and each row's answer comes back`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        candidates(
          [
            "INIT-17", .formula("\"Payments\"", value: .text("Payments")), 180, "2026-02-15", "yes", "INIT-2, init-2", true, "n",
            nil, nil, nil, "mine",
          ],
          ["INIT-81", nil, nil, nil, nil, nil, nil, nil, "OK: of yesterday"])
      ])
      sync.compiler.messages.withLock {
        $0 = { _ in [RowMessage(rowNumber: 3, key: "INIT-81", severity: .warning, code: "no_tokens", message: "no tokens yet")] }
      }
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .ok, "\(run.message)")
      #expect(run.counts == SaveCounts(rows: 2, upserts: 2, warnings: 1))
      #expect(run.substeps.map(\.name) == ["read", "send", "write_back"] && run.substeps.allSatisfy { $0.status == .ok })
      #expect(run.message == "Saved 2 rows of Candidates (2 changed, 0 unchanged).")

      let request = try #require(sync.compiler.candidates.withLock { $0.first })
      #expect(request.actor == "ada" && request.scope == .all)
      #expect(
        request.rows.first
          == CandidateRow(
            rowNumber: 2, initiativeKey: "INIT-17", engineeringTokens: OptionalInt64(value: 180), deadlineDate: "2026-02-15",
            isMandatory: true, prerequisiteKeys: ["INIT-2"], notes: "n"))
      #expect(request.rows.last == CandidateRow(rowNumber: 3, initiativeKey: "INIT-81"))

      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved", 3: "OK (warning): no tokens yet"])
      let sources = try await sync.column("updated_source", of: "Candidates", in: path)
      #expect(sources == [2: .text("opt_center.candidates.save"), 3: .text("opt_center.candidates.save")])
      #expect(try await sync.column("updated_at", of: "Candidates", in: path).count == 2)
      #expect(try await sync.column("My own", of: "Candidates", in: path) == [2: .text("mine")])
      #expect(try await sync.column("engineering_tokens", of: "Candidates", in: path) == [2: .number(180)])
      #expect(try await sync.store.actionRun(run.actionRunId) == run)
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `a row that cannot be read is answered with its cell, and the good ones are saved`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        candidates(["INIT-1", nil, "18O"], ["INIT-2", nil, 5], ["INIT-3", nil, 180.5, "soon"], ["init-2", nil, 7])
      ])
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .failed)
      let again = try await sync.save(path, "Candidates", keys: ["INIT-1", "INIT-3"])
      #expect(again.status == .failed && again.counts?.failures == 2)
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      #expect(statuses[2] == "FAILED: Candidates!C2 (engineering_tokens): \"18O\" is not a number; did you mean 180?")
      #expect(statuses[4]?.contains("Candidates!C4 (engineering_tokens): 180.5 is not a whole number") == true)
      #expect(statuses[4]?.contains("Candidates!D4 (deadline_date): \"soon\" is not a date") == true)
      #expect(statuses[3]?.contains("is also in row 5") == true)
      #expect(statuses[5]?.contains("is also in row 3") == true)
      #expect(sync.compiler.candidates.withLock { $0.flatMap(\.rows) } == [])
    }
  }

  @Test func `a selection saves its rows and leaves the others' statuses alone`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 1], ["INIT-2", nil, 2], ["INIT-3", nil, "x"])])
      let run = try await sync.save(path, "Candidates", keys: ["init-2", "INIT-9"])
      #expect(run.status == .partial)
      #expect(run.messages.map(\.message).contains("no row of Candidates has the key \"INIT-9\"; did you mean \"INIT-1\"?"))
      #expect(try await sync.statuses(of: "Candidates", in: path) == [3: "OK: saved"])
      #expect(sync.compiler.candidates.withLock { $0.map(\.scope) } == [.selection])
    }
  }

  @Test func `many rows go in batches, and none is lost`() async throws {
    try await withSync { sync in
      let rows: [[NewValue]] = (1...250).map { [.text("INIT-\($0)"), nil, .number(Double($0))] }
      let path = try sync.makeWorkbook([("Candidates", [candidateHeader] + rows)])
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .ok && run.counts?.upserts == 250)
      let requests = sync.compiler.candidates.withLock { $0 }
      #expect(requests.map(\.rows.count) == [100, 100, 50])
      #expect(requests.flatMap(\.rows).map(\.rowNumber) == Array(2...251))
      #expect(try await sync.statuses(of: "Candidates", in: path).count == 250)
    }
  }

  @Test func `a service that stops answering half-way is named, and each row knows its fate`() async throws {
    try await withSync { sync in
      let rows: [[NewValue]] = (1...150).map { [.text("INIT-\($0)"), nil, 1] }
      let path = try sync.makeWorkbook([("Candidates", [candidateHeader] + rows)])
      sync.compiler.messages.withLock {
        $0 = { numbers in
          if numbers.contains(2) { return [] }
          throw RPCError(.unavailable, "The constraints database cannot be reached.")
        }
      }
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .partial && run.message.contains("lodestar-compiler"))
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      #expect(statuses[101] == "OK: saved")
      #expect(statuses[102]?.hasPrefix("FAILED: not saved") == true)
    }
  }

  @Test func `Metrics_Config with an unreadable row is only looked over, and nothing of it saved`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "Metrics_Config",
          [
            ["kpi_key", "kpi_level", "is_active", "run_status"], ["NSM", "north_star", "perhaps"], ["CONV", "strategic"],
            ["GMV", "levl"],
          ]
        )
      ])
      sync.metrics.answer.withLock {
        $0 = { _ in
          SaveMetricsConfigResponse(
            saved: false,
            messages: [RowMessage(rowNumber: 4, column: "kpi_level", severity: .error, code: "unknown_level", message: "no level")])
        }
      }
      let run = try await sync.save(path, "Metrics_Config")
      #expect(run.status == .failed && run.counts?.upserts == 0)
      #expect(sync.metrics.requests.withLock { $0.map(\.validateOnly) } == [true])
      let statuses = try await sync.statuses(of: "Metrics_Config", in: path)
      #expect(statuses[3] == "OK (not saved: rows 2, 4)")
      #expect(statuses[2]?.contains("neither TRUE nor FALSE") == true)
      #expect(statuses[4] == "FAILED: no level")
    }
  }

  @Test func `Metrics_Config without a mistake is saved as one`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        ("Metrics_Config", [["kpi_key", "kpi_level", "run_status"], ["NSM", "north_star"], ["CONV", "strategic"]])
      ])
      let run = try await sync.save(path, "metrics config")
      #expect(run.status == .ok && run.tab == "Metrics_Config")
      let request = try #require(sync.metrics.requests.withLock { $0.first })
      #expect(!request.validateOnly && request.rows.map(\.isActive) == [true, true])
    }
  }

  @Test func `an initiative with an unreadable contribution keeps what it had`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "KPI_Contributions",
          [
            ["initiative_key", "kpi_key", "contribution", "run_status"], ["I-1", "NSM", 5], ["I-1", "CONV", "x"],
            ["I-2", "NSM", 7],
          ]
        )
      ])
      sync.compiler.messages.withLock {
        $0 = { _ in
          [RowMessage(rowNumber: 2, severity: .info, code: "not_saved", message: "not saved: another row of I-1 cannot be read")]
        }
      }
      let run = try await sync.save(path, "KPI_Contributions")
      #expect(run.status == .partial)
      let request = try #require(sync.compiler.contributions.withLock { $0.first })
      #expect(request.unreadableInitiativeKeys == ["I-1"] && request.rows.map(\.rowNumber) == [2, 4])
      let statuses = try await sync.statuses(of: "KPI_Contributions", in: path)
      #expect(statuses[2] == "OK (not saved: row 3)" && statuses[4] == "OK: saved")
    }
  }

  @Test func `contributions are not replaced while nobody knows whose a row is`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          "KPI_Contributions",
          [
            ["initiative_key", "kpi_key", "contribution", "run_status"], ["I-1", "NSM", 5],
            [.formula("A9", value: .blank), "CONV", 1],
          ]
        )
      ])
      let python = python(
        "import sys,openpyxl; b=openpyxl.load_workbook(sys.argv[1]); b['KPI_Contributions']['A3']='#REF!'; b['KPI_Contributions']['A3'].data_type='e'; b.save(sys.argv[1])",
        path, in: TemporaryFolder())
      try #require(python.status == 0, "\(python.output)")
      let run = try await sync.save(path, "KPI_Contributions")
      #expect(run.status == .failed)
      #expect(sync.compiler.contributions.withLock { $0.isEmpty })
      let statuses = try await sync.statuses(of: "KPI_Contributions", in: path)
      #expect(statuses[2] == "OK (not saved: row 3)")
      #expect(statuses[3]?.contains("#REF!") == true)
    }
  }

  @Test func `a set with an unreadable row is named to the compiler, and its good rows say why they wait`() async throws {
    try await withSync { sync in
      let header: [NewValue] = [
        "scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "min_tokens", "run_status",
      ]
      let path = try sync.makeWorkbook([
        (
          "Constraints",
          [
            header, ["Core", "Baseline", "capacity_floor", "country", "UK", 250],
            ["Core", "Baseline", "capacity_floor", "country", "DE", "2OO"],
            ["Core", "Tight", "capacity_floor", "country", "UK", 350],
          ]
        )
      ])
      sync.compiler.sets.withLock {
        $0 = [
          SetOutcome(scenarioName: "Core", constraintSetName: "Baseline"),
          SetOutcome(scenarioName: "Core", constraintSetName: "Tight", compiled: true, revision: "ab"),
        ]
      }
      let run = try await sync.save(path, "Constraints")
      #expect(run.status == .partial)
      let request = try #require(sync.compiler.constraints.withLock { $0.first })
      #expect(request.unreadableRows == [UnreadableRow(rowNumber: 3, scenarioName: "Core", constraintSetName: "Baseline")])
      #expect(request.rows.first?.minTokens == OptionalDouble(value: 250))
      let statuses = try await sync.statuses(of: "Constraints", in: path)
      #expect(statuses[2] == "OK (not compiled: row 3)" && statuses[4] == "OK: saved")
    }
  }

  @Test(arguments: [
    ("Central Backlog", ["initiative_key", "title"]),
    ("Scenario_Config", ["scenario_name", "period_key", "capacity_total_tokens", "objective_mode"]),
    ("Targets", ["scenario_name", "constraint_set_name", "kpi_key", "floor_or_goal", "target_value"]),
  ])
  func `every input tab goes to its owner`(tab: String, header: [String]) async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        (
          tab,
          [
            header.map { .text($0) } + ["run_status"],
            header.map { $0.hasSuffix("value") || $0.hasSuffix("tokens") ? 5 : .text("K") },
          ]
        )
      ])
      let run = try await sync.save(path, tab)
      #expect(run.status == .ok, "\(run.message)")
      let count =
        sync.compiler.initiatives.withLock { $0.count } + sync.compiler.scenarios.withLock { $0.count }
        + sync.compiler.targets.withLock { $0.count }
      #expect(count == 1)
      #expect(try await sync.statuses(of: tab, in: path) == [2: "OK: saved"])
    }
  }

  @Test func `a tab without rows changes nothing, however whole the save`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("KPI_Contributions", [["initiative_key", "kpi_key", "contribution"]])])
      let run = try await sync.save(path, "KPI_Contributions")
      #expect(run.status == .ok && run.message.contains("no rows to save"))
      #expect(sync.compiler.contributions.withLock { $0.isEmpty })
    }
  }

  @Test func `a tab without a status column is saved, and the absence told`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens"], ["INIT-1", 5]])])
      let bytes = readFile(path)
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .ok)
      #expect(run.messages.map(\.code) == ["no_status_column"])
      #expect(readFile(path) == bytes)
    }
  }

  @Test func `headers that changed since the last save are told`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens", "notes"], ["INIT-1", 5]])])
      #expect(try await sync.save(path, "Candidates").messages.map(\.code) == ["no_status_column"])
      #expect(removeFile(path))
      _ = try sync.makeWorkbook([("Candidates", [["initiative_key", "engineering_tokens", "Remarks"], ["INIT-1", 5]])])
      let message = try await sync.save(path, "Candidates").messages.first { $0.code == "headers_changed" }
      #expect(message?.message.contains("new: remarks; gone: notes") == true)
    }
  }
}

@Suite(.serialized) struct RefusedSaveTests {
  private func refused(_ run: ActionRun, _ path: String, _ bytes: [UInt8], says words: String...) {
    #expect(run.status == .failed)
    for word in words { #expect(run.message.contains(word), "\(run.message)") }
    #expect(run.messages.map(\.severity) == [.error])
    #expect(readFile(path) == bytes)
  }

  @Test func `a missing tab is named with those there are, and a missing header with its place`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Budget", [["initiative_key"]]), ("Targets", [["scenario", "kpi", "kind"]])])
      let bytes = readFile(path)
      refused(
        try await sync.save(path, "Candidates"), path, bytes, says: "Plan.xlsx has no tab \"Candidates\"", "\"Budget\", \"Targets\""
      )
      refused(try await sync.save(path, "Targets"), path, bytes, says: "constraint_set_name", "floor_or_goal", "target_value")
      #expect(sync.compiler.candidates.withLock { $0.isEmpty })
    }
  }

  @Test func `a workbook that is missing, truncated or no workbook is named`() async throws {
    try await withSync { sync in
      let missing = try await sync.save("\(sync.folder)/None.xlsx", "Candidates")
      #expect(missing.status == .failed && missing.message.contains("None.xlsx"))
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let bytes = Array(readFile(path).prefix(1_000))
      writeFile(bytes, to: path)
      refused(try await sync.save(path, "Candidates"), path, bytes, says: "Plan.xlsx")
    }
  }

  @Test func `a workbook that a person has open is refused before anything is saved`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let bytes = readFile(path)
      openAsAda(path)
      refused(try await sync.save(path, "Candidates"), path, bytes, says: "ada")
      #expect(sync.compiler.candidates.withLock { $0.isEmpty })
    }
  }

  @Test func `a service that is down is named with its address and the mend`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        candidates(["INIT-1", nil, 5]), ("Metrics_Config", [["kpi_key", "kpi_level"], ["NSM", "north_star"]]),
      ])
      let bytes = readFile(path)
      var alone = sync
      alone.context = .testing(sync.store, locks: sync.context.locks)
      refused(
        try await alone.save(path, "Candidates"), path, bytes, says: "lodestar-compiler (unix:/nowhere/lodestar.sock)",
        "lodestar status",
        "lodestar up")
      refused(try await alone.save(path, "Metrics_Config"), path, bytes, says: "lodestar-metrics (unix:/nowhere/lodestar.sock)")
      #expect(try await alone.optimize(path, selected: false).status == .failed)
    }
  }

  @Test func `an error that the owner of rows did not foresee tells nothing of its inside`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let bytes = readFile(path)
      struct Secret: Error {}
      sync.compiler.messages.withLock { $0 = { _ in throw Secret() } }
      refused(try await sync.save(path, "Candidates"), path, bytes, says: "lodestar-compiler", "INTERNAL", "log")
    }
  }

  @Test func `a repeated idempotency key answers the action that is there`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let first = try await sync.save(path, "Candidates", idempotencyKey: "monday")
      let second = try await sync.save(path, "Candidates", idempotencyKey: "monday")
      #expect(first == second && first.status == .ok)
      #expect(sync.compiler.candidates.withLock { $0.count } == 1)
    }
  }

  @Test func `actions are found by their names, and listed`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      var ids: [String] = []
      for _ in 0..<3 { ids.insert(try await sync.save(path, "Candidates").actionRunId, at: 0) }
      let page = try await sync.handler.listActionRuns(ListActionRunsRequest(pageSize: 2), context: SyncUnderTest.callContext)
      #expect(page.actionRuns.map(\.actionRunId) == Array(ids.prefix(2)))
      let rest = try await sync.handler.listActionRuns(
        ListActionRunsRequest(pageSize: 2, pageToken: page.nextPageToken), context: SyncUnderTest.callContext)
      #expect(rest.actionRuns.map(\.actionRunId) == [ids[2]] && rest.nextPageToken.isEmpty)
      let one = try await sync.handler.getActionRun(GetActionRunRequest(actionRunId: ids[1]), context: SyncUnderTest.callContext)
      #expect(one.actionRunId == ids[1])
      let unknown = await #expect(throws: RPCError.self) {
        try await sync.handler.getActionRun(GetActionRunRequest(actionRunId: "act_0"), context: SyncUnderTest.callContext)
      }
      #expect(unknown?.code == .notFound)
    }
  }
}

@Suite(.serialized) struct OwedStatusTests {
  /// A workbook that somebody opens while its rows are being saved.
  private func saveWhileOpened(_ sync: SyncUnderTest, _ path: String) async throws -> ActionRun {
    sync.compiler.messages.withLock {
      $0 = { _ in
        // A save by another program: the file is no longer the one that was read, and open.
        _ = shell("cp '\(path)' '\(path).new' && mv '\(path).new' '\(path)'")
        openAsAda(path)
        return []
      }
    }
    defer { sync.compiler.messages.withLock { $0 = { _ in [] } } }
    return try await sync.save(path, "Candidates")
  }

  @Test func `statuses that cannot be written are kept, and the next action on the workbook writes them`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([
        candidates(["INIT-1", nil, 5], ["INIT-2", nil, "x"]),
        (
          "Targets",
          [
            ["scenario_name", "constraint_set_name", "kpi_key", "floor_or_goal", "target_value", "run_status"],
            ["C", "B", "K", "floor", 1],
          ]
        ),
      ])
      let run = try await saveWhileOpened(sync, path)
      #expect(
        run.status == .partial && run.message.contains("could not be written") && run.message.contains("next action"),
        "\(run.message)")
      #expect(try await sync.statuses(of: "Candidates", in: path) == [:])
      #expect(try await sync.store.owedWorkbooks() == [path])

      #expect(removeFile(signOfOpening(path)))
      #expect(try await sync.save(path, "Targets").status == .ok)
      let statuses = try await sync.statuses(of: "Candidates", in: path)
      #expect(statuses[2] == "OK: saved" && statuses[3]?.hasPrefix("FAILED:") == true)
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `a newer status of a row counts, and a row that moved is found by its key`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5], ["INIT-2", nil, "x"])])
      #expect(try await saveWhileOpened(sync, path).status == .partial)
      #expect(removeFile(signOfOpening(path)))
      // Meanwhile the rows were sorted the other way round, and one was mended.
      #expect(removeFile(path))
      _ = try sync.makeWorkbook([candidates(["INIT-2", nil, 7], ["INIT-1", nil, 5])])
      #expect(try await sync.save(path, "Candidates", keys: ["INIT-2"]).status == .ok)
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved", 3: "OK: saved"])
    }
  }

  @Test func `a start writes what is owed`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      #expect(try await saveWhileOpened(sync, path).status == .partial)
      #expect(removeFile(signOfOpening(path)))
      try await Repairs(context: sync.context).payDebts(of: path)
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved"])
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  @Test func `a workbook saved by somebody meanwhile still gets its statuses`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      sync.compiler.messages.withLock {
        $0 = { _ in
          _ = shell("cp '\(path)' '\(path).new' && mv '\(path).new' '\(path)'")
          return []
        }
      }
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .ok && run.messages.map(\.code).contains("changed_meanwhile"), "\(run.messages)")
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved"])
    }
  }

  @Test func `a person who saves into the same file while the rows are saved finds the statuses in it`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let edited = readFile(try sync.makeWorkbook([candidates(["INIT-0", nil, 4], ["INIT-1", nil, 5])], named: "Edited.xlsx"))
      sync.compiler.messages.withLock {
        $0 = { _ in
          writeFile(edited, to: path)
          return []
        }
      }
      let run = try await sync.save(path, "Candidates")
      #expect(run.status == .ok, "\(run.message)")
      #expect(try await sync.statuses(of: "Candidates", in: path) == [3: "OK: saved"])
      #expect(try await sync.store.owedWorkbooks() == [])
    }
  }

  /// Does a save, in the middle of which somebody puts another header over the same row.
  private func save(_ sync: SyncUnderTest, whileHeadersBecome headers: [NewValue], _ row: [NewValue]) async throws -> ActionRun {
    let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
    sync.compiler.messages.withLock {
      $0 = { _ in
        _ = removeFile(path)
        _ = try sync.makeWorkbook([("Candidates", [headers, row])])
        return []
      }
    }
    return try await sync.save(path, "Candidates")
  }

  @Test func `headers swapped while the rows are saved lead the statuses to their new places`() async throws {
    try await withSync { sync in
      let headers: [NewValue] = ["My own", "updated_at", "run_status", "engineering_tokens", "initiative_key"]
      let run = try await save(sync, whileHeadersBecome: headers, ["mine", nil, nil, 5, "INIT-1"])
      #expect(run.status == .ok, "\(run.message)")
      let path = "\(sync.folder)/Plan.xlsx"
      #expect(try await sync.statuses(of: "Candidates", in: path) == [2: "OK: saved"])
      #expect(try await sync.column("My own", of: "Candidates", in: path) == [2: .text("mine")])
      #expect(try await sync.column("engineering_tokens", of: "Candidates", in: path) == [2: .number(5)])
    }
  }

  @Test func `a status column renamed or doubled while the rows are saved is told, and nothing is written beside it`() async throws
  {
    for (headers, code) in [
      (["initiative_key", "engineering_tokens", "what Lodestar says"] as [NewValue], "no_status_column"),
      (["initiative_key", "engineering_tokens", "run_status", "Run Status"], "rows_gone"),
    ] {
      try await withSync { sync in
        let run = try await save(sync, whileHeadersBecome: headers, ["INIT-1", 5])
        #expect(run.messages.map(\.code).contains(code), "\(run.message) \(run.messages)")
        let table = try await readAll("\(sync.folder)/Plan.xlsx", "Candidates")
        #expect(table.rows.map(\.cells.count) == [headers.count, 2])
        #expect(try await sync.store.owedWorkbooks() == [])
      }
    }
  }

  @Test func `right-to-left text, emoji and every sort of sign in keys are carried as they are`() async throws {
    try await withSync { sync in
      let keys = ["مبادرة-١", "יוזמה-1", "👩‍👩‍👧‍👦", "=1+1", "+49", "-x", "@home", "e\u{301}", "a<b>&\"c'"]
      let path = try sync.makeWorkbook([
        (
          "Candidates",
          [["initiative_key", "engineering_tokens", "notes", "run_status"]] + keys.map { [.text($0), 5, "=HYPERLINK(\"x\")", nil] }
        )
      ])
      let run = try await sync.save(path, "Candidates")
      let sent = try #require(sync.compiler.candidates.withLock { $0.first }).rows
      #expect(sent.map { Array($0.initiativeKey.utf8) } == keys.map { Array($0.utf8) }, "\(run.messages)")
      #expect(sent.allSatisfy { $0.notes == "=HYPERLINK(\"x\")" })
      #expect(try await sync.statuses(of: "Candidates", in: path).count == keys.count)
      #expect(!(try memberText("xl/worksheets/sheet1.xml", of: path).contains("<f>")))
    }
  }

  @Test func `two saves of one workbook come one after the other`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([candidates(["INIT-1", nil, 5])])
      let overlapping = Mutex((now: 0, most: 0))
      sync.compiler.messages.withLock {
        $0 = { _ in
          overlapping.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
          defer { overlapping.withLock { $0.now -= 1 } }
          usleep(20_000)
          return []
        }
      }
      let statuses = try await withThrowingTaskGroup(of: ActionStatus.self) { group in
        for _ in 0..<4 { group.addTask { try await sync.save(path, "Candidates").status } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses == [.ok, .ok, .ok, .ok])
      #expect(overlapping.withLock { $0.most } == 1)
    }
  }
}
