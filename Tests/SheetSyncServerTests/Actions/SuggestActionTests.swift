import Messages
import SheetSyncDomain
import Synchronization
import Testing
import Wire

@testable import SheetSyncServer

private let suggestionColumn = "llm_suggested_metric_chain_text"

private let header: [NewValue] = [
  "initiative_key", "model_name", "formula_text", "assumptions_text", "metric_chain_text", .text(suggestionColumn),
  "approved_by_user",
  "notes",
  "run_status",
]

extension SyncUnderTest {
  fileprivate func with(_ suggester: ChainSuggester) -> SyncUnderTest {
    var sync = self
    sync.context.suggester = suggester
    return sync
  }

  fileprivate func suggest(_ path: String, keys: [String] = []) async throws -> ActionRun {
    try await run(RunActionRequest(action: "pm.suggest_metric_chains", workbookPath: path, keys: keys, actor: "ada"))
  }

  fileprivate func models(_ rows: [NewValue]...) throws -> String { try makeWorkbook([("MathModels", [header] + rows)]) }

  fileprivate func suggestions(_ path: String) async throws -> [Int: CellValue] {
    try await column(suggestionColumn, of: "MathModels", in: path)
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct SuggestActionTests {
  @Test func `rows that say something get a chain, into the model's column and nowhere else`() async throws {
    try await withSync { sync in
      let model = FakeModel()
      sync.metrics.config.withLock {
        $0.kpis = [Kpi(kpiKey: "NSM", isActive: true), Kpi(kpiKey: "CONV", isActive: true), Kpi(kpiKey: "OLD")]
      }
      let path = try sync.models(
        ["INIT-1", "main", "orders * 0.02", "traffic stays", nil, nil, true, "secret note", "OK: saved"],
        ["INIT-2", "main", "x + 1", nil, "a -> b", "mine -> NSM"], ["INIT-3", "main", nil, nil, "a -> b"],
        ["INIT-4", "main", nil, "people click more", nil, .formula("\"a\"", value: .text("a"))],
        ["INIT-5", "main", nil, "people click more"])
      let before = try await readAll(path, "MathModels")
      let run = try await sync.with(model.suggester()).suggest(path)
      #expect(run.status == .ok && run.counts == SaveCounts(rows: 2, upserts: 2), "\(run.message)")
      let chain = CellValue.text("checkout_errors -> CONV -> NSM")
      #expect(
        try await sync.suggestions(path) == [
          2: chain, 3: .text("mine -> NSM"), 5: .formula(cached: .text("a")), 6: chain,
        ])
      let after = try await readAll(path, "MathModels")
      for (old, new) in zip(before.rows, after.rows) {
        #expect(old.cells.filter { $0.column != 6 } == new.cells.filter { $0.column != 6 })
      }
      #expect(run.messages.contains { $0.code == "unknown_names" && $0.message.contains("checkout_errors") })
      // What a suggestion says is never read into the database.
      #expect(try await sync.save(path, "MathModels").status == .ok)
      let saved = sync.compiler.mathModels.withLock { $0.flatMap(\.rows) }
      #expect(saved.count == 5 && saved.allSatisfy { $0.metricChainText.isEmpty || $0.metricChainText == "a -> b" })

      let again = try await sync.with(model.suggester()).suggest(path)
      #expect(again.status == .ok && again.message.contains("No row of MathModels wants a suggestion"))
      #expect(model.requests.withLock { $0.count } == 2)
    }
  }

  @Test func `nothing is sent but the row's own formula and assumptions and the KPI keys`() async throws {
    try await withSync { sync in
      let model = FakeModel()
      sync.metrics.config.withLock {
        $0.kpis = [Kpi(kpiKey: "NSM", kpiName: "Orders of ours", isActive: true, description: "hush", notes: "hush")]
      }
      writeFile(Array("k3y-of-ours\n".utf8), to: "\(sync.folder)/key")
      let path = try sync.models(["INIT-1", "modelname", "orders * 0.02", "traffic stays", "typed", nil, nil, "hush"])
      #expect(try await sync.with(model.suggester(keyFile: "\(sync.folder)/key")).suggest(path).status == .ok)
      let request = try #require(model.requests.withLock { $0.first })
      #expect(request.url == "http://127.0.0.1:9/v1/chat/completions" && request.method == .post)
      #expect(request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer k3y-of-ours" })
      let body = String(decoding: request.body, as: UTF8.self)
      for word in ["hush", "INIT-1", "modelname", "Orders of ours", "typed", "ada", "k3y-of-ours", "Plan.xlsx"] {
        let instructions = ChainPrompt(formula: "", assumptions: "", kpiKeys: []).instructions
        #expect(!body.contains(word) || instructions.contains(word), "\(word) was sent")
      }
      let json = try JSONValue(parsing: request.body)
      #expect(json["model"]?.stringValue == "tiny")
      #expect(
        json["messages"]?[1]?["content"]?.stringValue == "KPI keys: NSM\n\nFormula:\norders * 0.02\n\nAssumptions:\ntraffic stays")
    }
  }

  @Test(arguments: [
    ("=HYPERLINK(\"http://x\") -> NSM", "is no metric's name"), ("+1 -> NSM", "is no metric's name"),
    ("@a -> NSM", "is no metric's name"),
    ("I think that orders rise.", "no chain"), ("a -> b -> a", "circle"), ("a -> a", "itself"), ("", "is empty"),
    (String(repeating: "a -> b; ", count: 2_000), "longer than"),
  ])
  func `an answer that is no chain is not written`(answer: String, words: String) async throws {
    try await withSync { sync in
      let model = FakeModel()
      model.answer.withLock { $0 = { _ in .chat(answer) } }
      let path = try sync.models(["INIT-1", nil, "x", nil])
      let bytes = readFile(path)
      let run = try await sync.with(model.suggester()).suggest(path)
      #expect(run.status == .ok && run.counts?.upserts == 0 && run.counts?.warnings == 1)
      #expect(run.messages.contains { $0.code == "no_chain" && $0.rowNumber == 2 && $0.message.contains(words) }, "\(run.messages)")
      #expect(readFile(path) == bytes)
    }
  }

  @Test func `without an address the action is refused with what to set`() async throws {
    try await withSync { sync in
      let path = try sync.models(["INIT-1", nil, "x", nil])
      let run = try await sync.suggest(path)
      #expect(run.status == .failed)
      for word in ["LODESTAR_SYNC_SUGGESTER_ADDRESS", "LODESTAR_SYNC_SUGGESTER_MODEL", "LODESTAR_SYNC_SUGGESTER_KEY_FILE"] {
        #expect(run.message.contains(word))
      }
    }
  }

  @Test func `a model that fails half-way keeps what it answered, and a repetition goes on with the rest`() async throws {
    try await withSync { sync in
      let model = FakeModel()
      model.answer.withLock { $0 = { $0.contains("formula 12") ? .status(403, "k3y") : .chat("a -> b") } }
      let rows: [[NewValue]] = (1...15).map { [.text("INIT-\($0)"), nil, .text("formula \($0 + 9)")] }
      let path = try sync.makeWorkbook([("MathModels", [header] + rows)])
      let run = try await sync.with(model.suggester()).suggest(path)
      #expect(run.status == .partial && run.counts?.upserts == 2, "\(run.message)")
      #expect(run.message.contains("status 403") && !run.message.contains("k3y"))
      #expect(try await sync.suggestions(path).count == 2)
      model.answer.withLock { $0 = { _ in .chat("a -> b") } }
      #expect(try await sync.with(model.suggester()).suggest(path).counts?.upserts == 13)
      #expect(try await sync.suggestions(path).count == 15)
    }
  }

  @Test func `what was written is told when the workbook is opened by somebody before the rest`() async throws {
    try await withSync { sync in
      let model = FakeModel()
      let rows: [[NewValue]] = (1...15).map { [.text("INIT-\($0)"), nil, .text("formula \($0 + 9)")] }
      let path = try sync.makeWorkbook([("MathModels", [header] + rows)])
      model.answer.withLock {
        $0 = { question in
          // The first ten are written when the eleventh is asked about.
          if question.contains("formula 20") { openAsAda(path) }
          return .chat("a -> b")
        }
      }
      let run = try await sync.with(model.suggester()).suggest(path)
      #expect(run.status == .partial && run.counts?.upserts == 10, "\(run.message)")
      #expect(run.message.contains("10 of 15") && run.message.contains("ada"))
      #expect(removeFile(signOfOpening(path)))
      #expect(try await sync.suggestions(path).count == 10)
    }
  }

  @Test func `a row that is changed while the model is asked gets nothing, and one that moved gets its own`() async throws {
    try await withSync { sync in
      let model = FakeModel()
      let path = try sync.models(["INIT-1", nil, "one"], ["INIT-2", nil, "two"], ["INIT-3", nil, "three"])
      let sync = sync.with(model.suggester())
      model.answer.withLock {
        $0 = { question in
          if question.contains("three") {
            _ = removeFile(path)
            _ = try? sync.models(
              ["INIT-3", nil, "three"], ["INIT-1", nil, "another"], ["INIT-2", nil, "two", nil, nil, "by hand"])
          }
          return .chat("m\(question.count) -> NSM")
        }
      }
      let run = try await sync.suggest(path)
      #expect(run.counts?.upserts == 1 && run.messages.contains { $0.code == "rows_changed" }, "\(run.messages)")
      let suggestions = try await sync.suggestions(path)
      #expect(suggestions[4] == .text("by hand") && suggestions[2] != nil && suggestions[3] == nil)
    }
  }

  @Test func `the other ways into a workbook never write the model's column`() throws {
    let definition = Catalogue[.mathModels]
    let owned = definition.columns.filter { $0.owner == .languageModel }
    #expect(owned.map(\.name) == [suggestionColumn] && owned.allSatisfy { !$0.isWrittenByLodestar })
    let table = SheetTable(
      tab: "MathModels",
      rows: [
        SheetRow(
          number: 1, cells: [Cell(column: 1, value: .text("initiative_key")), Cell(column: 2, value: .text(suggestionColumn))]),
        SheetRow(number: 2, cells: [Cell(column: 1, value: .text("INIT-1"))]),
      ], lastRow: 2)
    let writer = TabWriter(try ResolvedHeader(definition, of: table), table: table, source: "s", now: DateSerial(days: 1))
    let record = RecordWrite(key: RowKey(["INIT-1", ""]), values: [suggestionColumn: .text("x"), "initiative_key": .text("y")])
    #expect(writer.records([record]).cells.isEmpty && writer.values(of: suggestionColumn) { _ in .text("x") }.cells.isEmpty)
    #expect(writer.suggestions([(2, "a -> b"), (1, "c -> d")]).cells == [CellWrite(row: 2, column: 2, .text("a -> b"))])
  }
}

@Suite struct ChainSuggesterTests {
  @Test func `an address that is busy or away is asked again, within bounds`() {
    func seconds(_ exchange: HTTPExchange, _ attempt: Int = 1) -> Double? {
      ChainSuggester.pause(after: exchange, attempt: attempt).map { $0 / .seconds(1) }
    }
    #expect(seconds(.status(503)) == 2 && seconds(.status(429), 2) == 4 && seconds(.cut("")) == 2)
    #expect(seconds(.answer(HTTPAnswer(status: 429, retryAfterSeconds: 7, body: []))) == 7)
    #expect(seconds(.answer(HTTPAnswer(status: 429, retryAfterSeconds: 1e12, body: []))) == 20)
    #expect(seconds(.status(400)) == nil && seconds(.timedOut) == nil && seconds(.tooLong) == nil)
  }

  @Test(arguments: ["", "{}", "[]", "{\"choices\":[]}", "{\"choices\":[{\"message\":{\"content\":7}}]}", "<html>"])
  func `an answer that is no chat completion is refused`(body: String) {
    #expect(throws: ActionFailure.self) { try ChainSuggester.text(in: Array(body.utf8)) }
  }

  @Test func `a key that is no key is refused without being shown`() throws {
    let folder = TemporaryFolder()
    let model = FakeModel()
    for (name, bytes) in [("empty", ""), ("lines", "s3cret\ntwo"), ("odd", "k\u{7}y"), ("missing", nil)] as [(String, String?)] {
      let path = folder.path + "/" + name
      if let bytes { writeFile(Array(bytes.utf8), to: path) }
      let failure = #expect(throws: ActionFailure.self) { try model.suggester(keyFile: path).readKey() }
      #expect(failure?.message.contains("LODESTAR_SYNC_SUGGESTER_KEY_FILE") == true)
      #expect(failure?.message.contains("s3cret") == false)
    }
    #expect(try model.suggester().readKey() == nil)
  }
}
