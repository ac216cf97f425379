import ConstraintCompilationDomain
import Messages
import Postgres
import RPC
import Runtime
import TestSupport
import Testing
import Wire

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(2))) struct ModelRowTests {
  private static let metrics = ["cart_size", "checkout_rate", "sessions"]

  @Test func `approved models are stored with their text, and their chain is the initiative's`() async throws {
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      let answer = try await service.models(ModelSeeds.models)
      #expect(answer.errors == [])
      #expect(answer.messages.map(\.message) == ["not saved: approved_by_user is not TRUE"])
      #expect(answer.messages.map(\.code) == ["not_approved"] && answer.messages.map(\.rowNumber) == [5])
      #expect(answer.counts == SaveCounts(rows: 4, upserts: 3, skipped: 1))
      let chains = try await service.list().filter { $0.metricChain != nil }
      #expect(chains.map(\.initiativeKey) == ["INIT-000017"])
      #expect(
        chains.first?.metricChain
          == Messages.MetricChain(
            nodes: ["checkout_rate", "KPI_CONVERSION", "NSM_ORDERS"],
            edges: [
              MetricChainEdge(from: "checkout_rate", to: "KPI_CONVERSION"),
              MetricChainEdge(from: "KPI_CONVERSION", to: "NSM_ORDERS"),
            ]))
      #expect(try await service.stored("MathModels") == [StoredTabRows(mathModels: Array(ModelSeeds.models.prefix(3)))])
      #expect(try await service.models(ModelSeeds.models).counts == SaveCounts(rows: 4, unchanged: 3, skipped: 1))
    }
  }

  @Test func `a chain is stored as nodes and edges, in the order typed`() async throws {
    let text = #"{"nodes":["b","a\"","c"],"edges":[["b","a\""],["c","b"]]}"#
    let chain = try StoredChain.read(text)
    #expect(StoredChain.text(chain) == text)
    for wrong in [
      #"{"nodes":[]}"#, #"{"nodes":[1],"edges":[]}"#, #"{"nodes":[],"edges":[["a"]]}"#, #"{"nodes":[],"edges":[],"x":1}"#, "[]",
      "{",
    ] {
      #expect(throws: PostgresError.self) { try StoredChain.read(wrong) }
    }
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      try await service.models([ModelSeeds.model(2, "INIT-000017", "", chain: "sessions -> NSM_ORDERS; cart_size -> NSM_ORDERS")])
      let stored = try await service.database.query("SELECT metric_chain_json FROM initiative WHERE metric_chain_json IS NOT NULL")
      #expect(
        try JSONValue(parsing: try #require(stored.first).decode(0, as: JSONText.self).text).canonicalText
          == JSONValue(
            parsing:
              #"{"nodes":["sessions","NSM_ORDERS","cart_size"],"edges":[["sessions","NSM_ORDERS"],["cart_size","NSM_ORDERS"]]}"#
          )
          .canonicalText)
    }
  }

  @Test func `every chain that an initiative has had is kept, and none of them changes`() async throws {
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      for chain in ["sessions -> NSM_ORDERS", "sessions -> NSM_ORDERS", "cart_size -> NSM_ORDERS", ""] {
        try await service.models([ModelSeeds.model(2, "INIT-000017", "m", chain: chain)])
      }
      let rows = try await service.database.query(
        "SELECT version, metric_chain_text, metric_chain_json IS NULL, model_name, saved_by FROM initiative_metric_chain ORDER BY version"
      )
      let told = try rows.map {
        "\(try $0.decode(0, as: Int.self)) \(try $0.decode(1, as: String.self)) \(try $0.decode(2, as: Bool.self)) \(try $0.decode(3, as: String.self)) \(try $0.decode(4, as: String.self))"
      }
      #expect(told == ["1 sessions -> NSM_ORDERS false m ada", "2 cart_size -> NSM_ORDERS false m ada", "3  true  ada"])
      #expect(try await service.list().allSatisfy { $0.metricChain == nil })
      for statement: Statement in [
        "UPDATE initiative_metric_chain SET saved_by = 'eve'", "DELETE FROM initiative_metric_chain",
        "TRUNCATE initiative_metric_chain",
      ] {
        await #expect(throws: PostgresError.self) { try await service.database.execute(statement) }
      }
    }
  }

  @Test func `what is odd in a chain warns, or by the setting fails its row`() async throws {
    let row = ModelSeeds.model(2, "INIT-000017", "", chain: "sesions -> NSM_ORDERS")
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      let answer = try await service.models([row])
      #expect(answer.messages.map(\.severity) == [.warning] && answer.messages.map(\.column) == ["metric_chain_text"])
      #expect(
        answer.messages.first?.message
          == "metric_chain_text, line 1, column 1: \"sesions\" is neither a KPI of Metrics_Config nor a metric of the registry; did you mean \"sessions\"?"
      )
      #expect(try await service.stored("MathModels").first?.mathModels == [row])
    }
    let strict = try ConstraintCompilationSettings(variables: ["LODESTAR_COMPILER_CHAIN_CHECKS": "error"])
    try await withService(settings: strict, metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      let answer = try await service.models([row])
      #expect(answer.errors == ["2:unknown_metric"] && answer.counts == SaveCounts(rows: 1, failures: 1))
      #expect(try await service.stored("MathModels") == [])
    }
  }

  @Test func `each setting is one of its words`() throws {
    #expect(try ConstraintCompilationSettings(variables: [:]).chainChecks == .warn)
    #expect(try ConstraintCompilationSettings(variables: ["LODESTAR_COMPILER_CHAIN_CHECKS": ""]).chainChecks == .warn)
    let error = #expect(throws: ServiceEnvironmentError.self) {
      try ConstraintCompilationSettings(variables: ["LODESTAR_COMPILER_CHAIN_CHECKS": "loud"])
    }
    #expect(error?.problems == ["LODESTAR_COMPILER_CHAIN_CHECKS has \"loud\"; right would be warn or error"])
    #expect(try ConstraintCompilationSettings(variables: [:]).targetLevels == .strategic)
    let levels = #expect(throws: ServiceEnvironmentError.self) {
      try ConstraintCompilationSettings(variables: ["LODESTAR_COMPILER_TARGET_LEVELS": "some"])
    }
    #expect(levels?.problems == ["LODESTAR_COMPILER_TARGET_LEVELS has \"some\"; right would be strategic or all"])
  }

  @Test func `parameters, inputs and notes come back as they were saved, and go when the tab has them no more`() async throws {
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      try await service.saveModelSeeds()
      #expect(try await service.stored("Params") == [StoredTabRows(modelParams: ModelSeeds.params)])
      #expect(try await service.stored("Scoring_Inputs") == [StoredTabRows(scoringInputs: ModelSeeds.inputs)])
      #expect(try await service.stored("Results") == [StoredTabRows(resultNotes: ModelSeeds.resultNotes)])
      #expect(try await service.stored("Gaps_Alerts").flatMap(\.gapNotes) == ModelSeeds.gapNotes.reversed(), "ALL before UK")
      #expect(try await service.params([ModelSeeds.params[0]]).counts == SaveCounts(rows: 1, unchanged: 1, removed: 1))
      #expect(try await service.inputs([ModelSeeds.inputs[0]], .selection).counts == SaveCounts(rows: 1, unchanged: 1))
      #expect(try await service.models([ModelSeeds.models[2]]).counts == SaveCounts(rows: 1, unchanged: 1, removed: 2))
      #expect(try await service.list().allSatisfy { $0.metricChain == nil }, "the chain goes with the rows that said it")
      var blank = ModelSeeds.gapNotes[0]
      blank.recommendation = ""
      #expect(try await service.gapNotes([blank]).counts == SaveCounts(rows: 1, removed: 1))
      #expect(try await service.stored("Gaps_Alerts").flatMap(\.gapNotes) == [ModelSeeds.gapNotes[1]])
      #expect(try await service.resultNotes([]).counts == SaveCounts(), "notes of runs that the tab does not show stay")
      #expect(try await service.stored("Results").flatMap(\.resultNotes).count == 1)
    }
  }

  @Test func `who changed a row, and when, stays when only its number moves`() async throws {
    try await withService(metricKeys: Self.metrics) { service in
      try await service.saveSeeds()
      try await service.saveModelSeeds()
      for table in ["contribution", "math_model", "scenario"] {
        try await service.database.execute("UPDATE \(identifier: table) SET updated_by = 'bob', updated_at = 'epoch'")
      }
      func moved<Row>(_ rows: [Row], _ number: WritableKeyPath<Row, UInt32>) -> [Row] {
        rows.map { row in
          var row = row
          row[keyPath: number] += 10
          return row
        }
      }
      var contributions = moved(Seeds.contributions, \.rowNumber)
      contributions[0].contribution = 1
      try await service.contributions(contributions)
      try await service.models(moved(ModelSeeds.models, \.rowNumber))
      try await service.scenarios(moved(Seeds.scenarios, \.rowNumber))
      for (table, bobs) in [("contribution", 5), ("math_model", 3), ("scenario", 2)] {
        let rows = try await service.database.query(
          "SELECT count(*) FILTER (WHERE updated_by = 'bob' AND updated_at = 'epoch'), min(row_number) FROM \(identifier: table)")
        #expect(try rows.first?.decode(0, as: Int.self) == bobs)
        #expect(try rows.first?.decode(1, as: Int.self) == 12)
      }
    }
  }

  @Test func `odd letters in keys are answered on their rows, and what is no key is stored as it is typed`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let odd = "a\u{0}b"
      #expect(
        try await service.models([ModelSeeds.model(2, odd, "", chain: odd)], .selection).errors == [
          "2:unknown_initiative", "2:bad_text",
        ])
      #expect(
        try await service.params([ModelParamRow(rowNumber: 2, initiativeKey: odd, paramName: odd)], .selection).errors.count == 3)
      #expect(
        try await service.inputs(
          [ScoringInputRow(rowNumber: 2, initiativeKey: odd, inputName: "x", value: .init(value: 1))], .selection
        )
        .errors == ["2:unknown_initiative"])
      #expect(
        try await service.resultNotes([ResultNoteRow(rowNumber: 2, runId: odd, initiativeKey: "INIT-000017", notes: "n")]).errors
          == ["2:bad_text"])
      #expect(
        try await service.gapNotes([
          GapNoteRow(rowNumber: 2, runId: odd, scenarioName: "S", constraintSetName: "B", kpiKey: "K", notes: odd)
        ]).errors == ["2:bad_text", "2:bad_text"])
      let letters = ScoringInputRow(
        rowNumber: 2, initiativeKey: "INIT-000017", inputName: "\u{202E}مدى 🚀", value: .init(value: 1),
        notes: "=cmd|'/c calc'!A1\n-1")
      #expect(try await service.inputs([letters]).errors == [])
      #expect(try await service.stored("Scoring_Inputs") == [StoredTabRows(scoringInputs: [letters])])
    }
  }
}
