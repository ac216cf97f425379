import Messages
import RPC
import Runtime
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

@Suite struct ActionOrderTests {
  private func order(_ change: (inout RunActionRequest) -> Void) throws -> ActionOrder {
    var request = RunActionRequest(action: "pm.save_selected", workbookPath: "/no/such/Book.xlsx", tab: "Candidates", actor: "ada")
    change(&request)
    return try ActionOrder(request)
  }

  private func refusal(_ change: (inout RunActionRequest) -> Void) throws -> RPCError {
    let error = #expect(throws: RPCError.self) { try order(change) }
    let refused = try #require(error)
    #expect(refused.code == .invalidArgument)
    return refused
  }

  @Test func `a save names its tab in any spelling, or by its alias`() throws {
    #expect(try order { $0.tab = "central backlog" }.tab?.name == .centralBacklog)
    #expect(
      try order {
        $0.action = "save_targets"; $0.tab = ""
      }.tab?.name == .targets)
    #expect(
      try order {
        $0.action = "pm.save in backlog"; $0.tab = ""
      }.tab?.name == .centralBacklog)
  }

  @Test func `keys make a selection, and none makes the whole tab`() throws {
    #expect(try order { _ in }.scope == .all)
    #expect(try order { $0.keys = ["INIT-1"] }.scope == .selection)
    #expect(
      try order {
        $0.keys = ["INIT-1"]; $0.scope = .all
      }.scope == .all)
    #expect(try refusal { $0.scope = .selection }.message.contains("keys is empty"))
  }

  @Test func `what is misspelt is answered with what there is`() throws {
    #expect(try refusal { $0.action = "pm.save_selcted" }.message.contains("did you mean pm.save_selected?"))
    #expect(try refusal { $0.tab = "Candidtes" }.message.contains("did you mean Candidates?"))
    #expect(try refusal { $0.tab = "Budget" }.message.contains("Scoring_Inputs, Central Backlog, Candidates"))
    #expect(try refusal { $0.tab = "Runs" }.message.contains("Runs cannot be saved"))
    #expect(try refusal { $0.action = "save_targets" }.message.contains("leave tab empty"))
  }

  @Test func `a spreadsheet is named by its address, without what a browser puts behind it`() throws {
    let address = "https://docs.google.com/spreadsheets/d/1yXHRaUTFlGV"
    #expect(try order { $0.workbookPath = address + "/edit?gid=3#gid=3" }.path == address)
    for wrong in ["https://example.org/spreadsheets/d/1yXHRaUTFlGV", "plan/Book.xlsx", ""] {
      #expect(try refusal { $0.workbookPath = wrong }.message.contains("or the address of a Google spreadsheet"))
    }
  }

  @Test func `what an optimization is about has to be said`() throws {
    #expect(try refusal { $0.action = "pm.optimize.run_all_candidates" }.message.contains("scenario_name"))
    #expect(try refusal { $0.action = "pm.optimize.write_results" }.message.contains("run_id"))
    #expect(
      try order {
        $0.action = "write_results"; $0.runId = "run_1"
      }.name == .writeResults)
  }

  @Test func `a path is whole, and no text is endless`() throws {
    #expect(try refusal { $0.workbookPath = "Book.xlsx" }.message.contains("from / on"))
    #expect(try refusal { $0.workbookPath = "" }.message.contains("from / on"))
    #expect(try refusal { $0.actor = "a\u{0}b" }.message.contains("NUL"))
    #expect(try refusal { $0.actor = String(repeating: "a", count: 201) }.message.contains("200"))
    #expect(try refusal { $0.tab = String(repeating: "x", count: 5_000) }.message.contains("4096"))
    #expect(try refusal { $0.keys = [String](repeating: "k", count: ActionOrder.mostKeys + 1) }.message.contains("at most 100000"))
  }

  @Test func `one file has one path, however it is reached`() throws {
    let folder = TemporaryFolder()
    writeFile([1], to: folder.file("Book.xlsx"))
    #expect(shell("ln -s '\(folder.file("Book.xlsx"))' '\(folder.file("Link.xlsx"))'").status == 0)
    #expect(
      try order { $0.workbookPath = folder.file("Link.xlsx") }.path == order { $0.workbookPath = folder.file("./Book.xlsx") }.path)
  }

  @Test func `an action's name has the second it began in`() {
    let id = ActionRunID.make(startedAtUs: 1_767_614_462_999_999)
    #expect(id.hasPrefix("act_20260105T120102Z_"))
    #expect(id.count == "act_20260105T120102Z_a1b2c3d4".count)
    #expect(ActionRunID.make(startedAtUs: 0).hasPrefix("act_19700101T000000Z_"))
  }
}

@Suite struct SheetSyncSettingsTests {
  @Test(arguments: [(nil, 50), ("", 50), ("1", 1), ("10000", 10_000)] as [(String?, Int)])
  func `the run of blank rows that ends a table can be set`(text: String?, rows: Int) throws {
    let settings = try SheetSyncSettings(variables: text.map { ["LODESTAR_SYNC_BLANK_ROWS": $0] } ?? [:])
    #expect(settings.blankRows == rows)
  }

  @Test(arguments: ["0", "-1", "ten", "10001", "5.5"])
  func `a setting that means nothing is refused with what would be right`(text: String) {
    let error = #expect(throws: ServiceEnvironmentError.self) {
      try SheetSyncSettings(variables: ["LODESTAR_SYNC_BLANK_ROWS": text])
    }
    #expect(error?.description.contains("1 to 10000") == true)
  }
}
