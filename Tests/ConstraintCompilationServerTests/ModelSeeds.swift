import Messages
import Postgres
import RPC
import Synchronization

@testable import ConstraintCompilationServer

/// Rows of the tabs around math models, and of people's notes.
enum ModelSeeds {
  static let models = [
    model(2, "INIT-000017", "base", chain: "checkout_rate -> KPI_CONVERSION\nKPI_CONVERSION → NSM_ORDERS"),
    model(3, "INIT-000017", "high", chain: "Checkout_Rate → kpi_conversion -> nsm_orders"),
    model(4, "INIT-000081", "", chain: ""), model(5, "INIT-000044", "", chain: "sessions -> NSM_ORDERS", approved: false),
  ]

  static let params = [
    ModelParamRow(
      rowNumber: 2, initiativeKey: "INIT-000017", modelName: "base", paramName: "uplift", value: .init(value: 0.02), unit: "ratio",
      source: "A/B test 12", notes: "n"),
    ModelParamRow(rowNumber: 3, initiativeKey: "INIT-000081", paramName: "traffic", value: .init(value: 0)),
  ]

  static let inputs = [
    ScoringInputRow(rowNumber: 2, initiativeKey: "INIT-000017", inputName: "reach", value: .init(value: 12_000.5), notes: "n"),
    ScoringInputRow(rowNumber: 3, initiativeKey: "INIT-000081", inputName: "effort", value: .init(value: -1)),
  ]

  static let resultNotes = [
    ResultNoteRow(rowNumber: 2, runId: "run_20260105T120102Z_a1b2c3d4", initiativeKey: "INIT-000017", notes: "=1+1 stays text")
  ]

  static let gapNotes = [
    GapNoteRow(
      rowNumber: 2, runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: "Q1-2026 Core", constraintSetName: "Baseline",
      country: "UK", kpiKey: "NSM_ORDERS", recommendation: "hire", notes: ""),
    GapNoteRow(
      rowNumber: 3, runId: "run_20260105T120102Z_a1b2c3d4", scenarioName: "Q1-2026 Core", constraintSetName: "Baseline",
      country: "ALL", notes: "late"),
  ]

  static func model(
    _ number: UInt32, _ key: String, _ name: String, chain: String, approved: Bool = true
  ) -> MathModelRow {
    MathModelRow(
      rowNumber: number, initiativeKey: key, modelName: name, formulaText: "traffic * uplift", assumptionsText: "none",
      metricChainText: chain, approvedByUser: approved, notes: "n\(number)")
  }
}

extension ServiceUnderTest {
  @discardableResult
  func models(_ rows: [MathModelRow], _ scope: RowScope = .all, preview: Bool = false) async throws -> SaveRowsResponse {
    try await handler.saveMathModels(
      SaveMathModelsRequest(rows: rows, scope: scope, actor: "ada", validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func params(_ rows: [ModelParamRow], _ scope: RowScope = .all, preview: Bool = false) async throws -> SaveRowsResponse {
    try await handler.saveModelParams(
      SaveModelParamsRequest(rows: rows, scope: scope, actor: "ada", validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func inputs(_ rows: [ScoringInputRow], _ scope: RowScope = .all, preview: Bool = false) async throws -> SaveRowsResponse {
    try await handler.saveScoringInputs(
      SaveScoringInputsRequest(rows: rows, scope: scope, actor: "ada", validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func resultNotes(_ rows: [ResultNoteRow], _ scope: RowScope = .all, preview: Bool = false) async throws -> SaveRowsResponse {
    try await handler.saveResultNotes(
      SaveResultNotesRequest(rows: rows, scope: scope, actor: "ada", validateOnly: preview), context: Self.context)
  }

  @discardableResult
  func gapNotes(_ rows: [GapNoteRow], _ scope: RowScope = .all, preview: Bool = false) async throws -> SaveRowsResponse {
    try await handler.saveGapNotes(
      SaveGapNotesRequest(rows: rows, scope: scope, actor: "ada", validateOnly: preview), context: Self.context)
  }

  func saveModelSeeds() async throws {
    try await models(ModelSeeds.models)
    try await params(ModelSeeds.params)
    try await inputs(ModelSeeds.inputs)
    try await resultNotes(ModelSeeds.resultNotes)
    try await gapNotes(ModelSeeds.gapNotes)
  }

  /// The parts that a tab's stored rows come in.
  func stored(_ tab: String) async throws -> [StoredTabRows] {
    let parts = Collected()
    try await handler.listStoredRows(
      ListStoredRowsRequest(tab: tab), context: Self.context, responses: ResponseWriter { part in parts.add(part) })
    return parts.all
  }

  /// Every row of every table, as text.
  func dump() async throws -> [String] {
    let tables = try await database.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    ).map { try $0.decode(0, as: String.self) }
    var rows: [String] = []
    for table in tables {
      rows += try await database.query("SELECT stored::text FROM \(identifier: table) AS stored ORDER BY 1").map {
        "\(table): \(try $0.decode(0, as: String.self))"
      }
    }
    return rows
  }
}

private final class Collected: Sendable {
  private let parts = Mutex<[StoredTabRows]>([])
  func add(_ part: StoredTabRows) { parts.withLock { $0.append(part) } }
  var all: [StoredTabRows] { parts.withLock { $0 } }
}
