import Glibc
import Messages
import Postgres
import RPC
import Reactor
import SheetSyncDomain
import TestSupport

@testable import SheetSyncServer

extension ActionContext {
  /// A context whose other services are nowhere.
  static func testing(_ store: ActionStore, locks: WorkbookLocks) -> ActionContext {
    let nowhere = SocketAddress.unix(path: "/nowhere/lodestar.sock")
    let channel = RPCChannel(to: nowhere, loops: TestLoops.shared, logger: .silent)
    func dependency(_ name: String) -> Dependency { Dependency(name: name, address: nowhere) }
    return ActionContext(
      store: store,
      rows: RowGateway(
        metrics: MetricGovernanceClient(channel: channel), metricsDependency: dependency("lodestar-metrics"),
        compiler: ConstraintCompilationClient(channel: channel), compilerDependency: dependency("lodestar-compiler"),
        batches: RequestBatches(rows: 100)),
      optimizer: OptimizerGateway(
        client: PortfolioOptimizationClient(channel: channel), dependency: dependency("lodestar-optimizer")),
      workbooks: WorkbookFiles(), locks: locks, clock: .system, limits: ReadingLimits(), logger: .silent)
  }
}

/// The sync service on a test's database, called without a wire between; the services it depends on are fakes behind real ones.
struct SyncUnderTest: Sendable {
  let metrics: FakeMetrics
  let compiler: FakeCompiler
  let optimizer: FakeOptimizer
  let fakes: RPCServer
  let folder: String
  var context: ActionContext

  var store: ActionStore { context.store }
  var handler: SheetSyncHandler {
    let google = (context.workbooks as? WorkbookRouting)?.google ?? GoogleWorkbooks(client: nil)
    return SheetSyncHandler(runner: ActionRunner(context), store: store, google: google)
  }

  static let callContext = CallContext(method: "/test", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)

  /// Does an action and gives all its events; the last has the action as it ended.
  func events(_ request: RunActionRequest) async throws -> [ActionEvent] {
    let (stream, continuation) = AsyncStream.makeStream(of: ActionEvent.self)
    try await handler.runAction(request, context: Self.callContext, responses: ResponseWriter { continuation.yield($0) })
    continuation.finish()
    var events: [ActionEvent] = []
    for await event in stream { events.append(event) }
    return events
  }

  func run(_ request: RunActionRequest) async throws -> ActionRun {
    guard case .actionRun(let run)? = try await events(request).last?.event else { throw ActionFailure.mistake }
    return run
  }

  func save(_ path: String, _ tab: String, keys: [String] = [], idempotencyKey: String = "") async throws -> ActionRun {
    try await run(
      RunActionRequest(
        action: "pm.save_selected", workbookPath: path, tab: tab, keys: keys, actor: "ada", idempotencyKey: idempotencyKey))
  }

  func optimize(_ path: String, selected: Bool) async throws -> ActionRun {
    try await run(
      RunActionRequest(
        action: selected ? "pm.optimize.run_selected_candidates" : "pm.optimize.run_all_candidates", workbookPath: path,
        scenarioName: "Q1-2026 Core", constraintSetName: "Baseline", actor: "ada"))
  }

  /// Makes a workbook of tabs, each with a header and rows.
  func makeWorkbook(_ tabs: [(String, [[NewValue]])], named name: String = "Plan.xlsx") throws -> String {
    try NewWorkbook(fileName: name, tabs: tabs.map { NewTab($0, $1) }).write(toFolder: folder)
  }

  /// The texts of a column, by the header in the first row; nil where nothing stands.
  func column(_ header: String, of tab: String, in path: String) async throws -> [Int: CellValue] {
    let table = try await readAll(path, tab)
    guard let place = table.rows.first?.cells.first(where: { $0.value == .text(header) })?.column else { return [:] }
    var values: [Int: CellValue] = [:]
    for row in table.rows.dropFirst() where row[place] != .blank { values[row.number] = row[place] }
    return values
  }

  func statuses(of tab: String, in path: String) async throws -> [Int: String] {
    try await column("run_status", of: tab, in: path).compactMapValues { if case .text(let text) = $0 { text } else { nil } }
  }
}

extension NewTab {
  /// A tab of a header and rows.
  init(_ name: String, _ rows: [[NewValue]], format: (String) -> NewColumn.Format = { _ in .plain }) {
    let columns = rows[0].map { value in
      let header = if case .text(let text) = value { text } else { "?" }
      return NewColumn(header: header, width: 10, format: format(header))
    }
    self.init(name: name, color: "336699", columns: columns, rows: Array(rows.dropFirst()))
  }
}

/// Runs the body with an instance on a fresh database, with a folder of its own and fakes that can be reached.
func withSync<Result: Sendable>(_ body: (SyncUnderTest) async throws -> Result) async throws -> Result {
  try await withTestDatabase { test in
    try await test.withDatabase(.sync) { database in
      try await test.withDatabase(.sync) { lockDatabase in
        try await database.migrate(schema: "sync", migrations: SheetSyncServer.migrations)
        let (metrics, compiler, optimizer) = (FakeMetrics(), FakeCompiler(), FakeOptimizer())
        let folder = try Scratch.directory("sync")
        let address = SocketAddress.unix(path: "\(folder)/fakes.sock")
        var configuration = RPCServerConfiguration(addresses: [address])
        configuration.maximumMessageBytes = 64 << 20
        let fakes = RPCServer(
          configuration: configuration, services: [metrics, compiler, optimizer], loops: TestLoops.shared, logger: .silent)
        _ = try await fakes.start()
        let channel = RPCChannel(to: address, loops: TestLoops.shared, logger: .silent)
        func dependency(_ name: String) -> Dependency { Dependency(name: name, address: address) }
        var context = ActionContext.testing(
          ActionStore(database: database, instance: "lodestar-sync@test.1"), locks: WorkbookLocks(database: lockDatabase))
        context.rows = RowGateway(
          metrics: MetricGovernanceClient(channel: channel), metricsDependency: dependency("lodestar-metrics"),
          compiler: ConstraintCompilationClient(channel: channel), compilerDependency: dependency("lodestar-compiler"),
          batches: RequestBatches(rows: 100))
        context.optimizer = OptimizerGateway(
          client: PortfolioOptimizationClient(channel: channel), dependency: dependency("lodestar-optimizer"))
        let sync = SyncUnderTest(
          metrics: metrics, compiler: compiler, optimizer: optimizer, fakes: fakes, folder: folder, context: context)
        do {
          let result = try await body(sync)
          await channel.close()
          await fakes.drain(grace: .zero)
          return result
        } catch {
          await channel.close()
          await fakes.drain(grace: .zero)
          throw error
        }
      }
    }
  }
}

/// The file that LibreOffice keeps beside a workbook while somebody has it open.
func signOfOpening(_ path: String) -> String {
  let name = path.split(separator: "/").last ?? ""
  return "\(path.dropLast(name.count)).~lock.\(name)#"
}

/// Ada opens the workbook on her desk.
func openAsAda(_ path: String) {
  writeFile(Array(",ada,desk,21.11.2026 09:00,file:///home/ada;".utf8), to: signOfOpening(path))
}

/// Whether there was such a file, which is gone now.
func removeFile(_ path: String) -> Bool { unsafe unlink(path) == 0 }
