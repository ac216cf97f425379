import Messages
import RPC
import SheetSyncDomain
import Synchronization
import Testing

@testable import SheetSyncServer

/// What the catalogue says, the examples are and the readers read is one thing.
@Suite(.serialized) struct ExampleWorkbookTests {
  private func make(_ template: WorkbookTemplate, _ sync: SyncUnderTest) async throws -> [String] {
    try await sync.handler.createWorkbooks(
      CreateWorkbooksRequest(directoryPath: sync.folder, template: template), context: SyncUnderTest.callContext
    ).workbookPaths
  }

  @Test func `every input tab of the example company is saved without a word`() async throws {
    try await withSync { sync in
      let paths = try await make(.example, sync)
      for tab in ActionName.savedTabs where !Catalogue[tab].isOutput {
        let file = Catalogue[tab].workbook.fileName
        let path = try #require(paths.first { $0.hasSuffix(file) })
        let run = try await sync.save(path, tab.rawValue)
        #expect(run.status == .ok && run.messages.isEmpty, "\(tab): \(run.message) \(run.messages)")
        #expect(run.counts.map { $0.rows > 0 } == true)
        let statuses = try await sync.statuses(of: tab.rawValue, in: path)
        #expect(statuses.count == run.counts.map { Int($0.rows) } && Set(statuses.values) == ["OK: saved"])
      }
    }
  }

  @Test func `a portfolio is written into the example's own output tabs`() async throws {
    try await withSync { sync in
      let path = try #require(try await make(.example, sync).first { $0.hasSuffix("Optimization Center.xlsx") })
      let run = try await sync.optimize(path, selected: true)
      #expect(run.status == .ok && run.messages.isEmpty, "\(run.message) \(run.messages)")
      #expect(try await sync.column("created_at", of: "Runs", in: path).count == 1)
      #expect(try await sync.statuses(of: "Gaps_Alerts", in: path).count == 3)
    }
  }

  @Test func `the workbook of mistakes is answered row by row`() async throws {
    try await withSync { sync in
      let path = try #require(try await make(.mistakes, sync).first)
      let run = try await sync.save(path, "Candidates")
      #expect(run.status != .ok)
      #expect(try await sync.statuses(of: "Candidates", in: path).values.contains { $0.hasPrefix("FAILED: ") })
    }
  }

  @Test func `blank workbooks have every tab, and nothing to save`() async throws {
    try await withSync { sync in
      let paths = try await make(.blank, sync)
      #expect(paths.count == WorkbookKind.allCases.count)
      for tab in ActionName.savedTabs {
        let path = try #require(paths.first { $0.hasSuffix(Catalogue[tab].workbook.fileName) })
        #expect(try await sync.save(path, tab.rawValue).message.contains("no rows to save"))
      }
    }
  }

  @Test func `drop-downs offer the registry's active KPIs and the backlog's initiatives`() async throws {
    try await withSync { sync in
      sync.metrics.config.withLock {
        $0 = MetricsConfig(
          revision: 3,
          kpis: [Kpi(kpiKey: "NSM_SEATS", isActive: true), Kpi(kpiKey: "KPI_OLD"), Kpi(kpiKey: "KPI_CHURN", isActive: true)])
      }
      sync.compiler.backlog.withLock { $0 = [Initiative(initiativeKey: "SEAT-2"), Initiative(initiativeKey: "SEAT-1")] }
      for path in try await make(.blank, sync) {
        #expect(try await sync.column("kpi_key", of: "Lists", in: path) == [2: .text("NSM_SEATS"), 3: .text("KPI_CHURN")])
        #expect(try await sync.column("initiative_key", of: "Lists", in: path) == [2: .text("SEAT-1"), 3: .text("SEAT-2")])
        let lists = try await WorkbookFile.open(path, for: .read).tabs().first { $0.name == "Lists" }
        #expect(lists?.isHidden == true)
        _ = removeFile(path)
      }
      // The example's own rows are offered behind what is there.
      let example = try await make(.example, sync)
      let offered = try await sync.column("kpi_key", of: "Lists", in: try #require(example.first))
      #expect(offered[2] == .text("NSM_SEATS") && offered.values.contains(.text("NSM_ORDERS")))
    }
  }

  @Test func `a registry that is down or empty leaves the example's keys on offer`() async throws {
    try await withSync { sync in
      var alone = sync
      alone.context = .testing(sync.store, locks: sync.context.locks)
      for (at, instance) in [alone, sync].enumerated() {
        let paths = try await make(.blank, instance)
        let offered = try await sync.column("kpi_key", of: "Lists", in: try #require(paths.first))
        #expect(offered[2] == .text("NSM_ORDERS"), "\(at)")
        for path in paths { _ = removeFile(path) }
      }
    }
  }

  @Test func `a file that is there is not replaced, and none is left half-way`() async throws {
    try await withSync { sync in
      writeFile([1, 2, 3], to: "\(sync.folder)/Optimization Center.xlsx")
      let refused = await #expect(throws: RPCError.self) { try await make(.example, sync) }
      #expect(refused?.code == .alreadyExists && refused?.message.contains("Optimization Center.xlsx") == true)
      #expect(readFile("\(sync.folder)/Optimization Center.xlsx") == [1, 2, 3])
      #expect(readFile("\(sync.folder)/ProductOps.xlsx").isEmpty)
      let nowhere = await #expect(throws: RPCError.self) {
        try await sync.handler.createWorkbooks(
          CreateWorkbooksRequest(directoryPath: "\(sync.folder)/none", template: .blank), context: SyncUnderTest.callContext)
      }
      #expect(nowhere?.code == .failedPrecondition)
    }
  }
}
