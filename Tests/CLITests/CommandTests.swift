import ArgumentParser
import Foundation
import Messages
import Testing

@testable import lodestar

/// Commands that need no service to know how they end.
@Suite struct CommandTests {
  @Test(arguments: [
    ["frobnicate"], ["save"], ["save", "a.xlsx"], ["optimize", "a.xlsx", "S"],
    ["optimize", "a.xlsx", "S", "--set", "T", "--all", "--selected"],
    ["runs", "list", "--limit", "0"], ["logs", "sink"], ["workbook", "init", "d", "--template", "odd"],
    ["optimize", "a.xlsx", "S", "--set", "T", "--time-limit", "0"], ["metrics", "list", "--metrics", "nowhere"],
    ["preview", "a.xlsx"], ["refresh"], ["cancel", "a.xlsx"], ["cancel", "a.xlsx", "S"],
    ["cancel", "a.xlsx", "S", "--set", "T", "--run", "r"], ["suggest-chains"], ["workbook", "doctor"], ["workbook", "watch"],
    ["workbook", "init"], ["workbook", "init", "d", "--spreadsheets", "a", "b", "c"],
    ["workbook", "init", "--spreadsheets", "a", "b"],
    ["workbook", "watch", "https://docs.google.com/spreadsheets/d/abc"],
    ["constraints", "diff"], ["constraints", "diff", "S"], ["constraints", "diff", "--from", "a"],
  ])
  func `wrong usage ends with 2`(arguments: [String]) async {
    #expect(await Program.outcome(of: arguments).rawValue == 2)
  }

  @Test(arguments: [[], ["--help"], ["help", "save"], ["runs", "--help"], ["demo", "--help"]])
  func `help that was asked for ends with 0`(arguments: [String]) async {
    #expect(await Program.outcome(of: arguments).rawValue == 0)
  }

  @Test(arguments: [
    ["status"], ["metrics", "list"], ["runs", "list"], ["actions", "list"], ["logs"], ["constraints", "verify"],
  ])
  func `a system that is not there ends with 3`(arguments: [String]) async {
    let state = FileManager.default.temporaryDirectory.appending(path: "lodestar-none-\(UUID().uuidString)").path
    #expect(await Program.outcome(of: arguments + ["--state", state]).rawValue == 3)
    #expect(!FileManager.default.fileExists(atPath: state))
  }

  @Test(arguments: [
    ["save", "no such.xlsx", "Targets"], ["preview", "no such.xlsx", "Targets"], ["refresh", "no such.xlsx"],
    ["cancel", "no such.xlsx", "--run", "r"], ["suggest-chains", "no such.xlsx"], ["workbook", "watch", "no such.xlsx"],
  ])
  func `a workbook that is not there ends with 1`(arguments: [String]) async {
    #expect(await Program.outcome(of: arguments + ["--sync", "127.0.0.1:1"]).rawValue == 1)
  }

  @Test func `a spreadsheet's address is handed on as it is, a path is made whole`() throws {
    let address = "https://docs.google.com/spreadsheets/d/abc/edit#gid=0"
    #expect(try WorkbookPlace(ofExisting: address) == .address(address))
    let request = try RunActionRequest("pm.preview", on: address)
    #expect(request.workbookPath == address && !request.actor.isEmpty)
    #expect(try WorkbookPlace(ofExisting: "/dev/null").path == "/dev/null")
    #expect(throws: Failure.self) { try WorkbookPlace(ofExisting: "nowhere/at/all.xlsx") }
    #expect(WorkbookPlace("/nowhere/at/all.xlsx") == .file("/nowhere/at/all.xlsx"))
  }

  @Test func `rows are all of a tab, or those that are named`() throws {
    let all = try RowOptions.parse(["/dev/null", "Targets"]).request("pm.preview")
    #expect(all.scope == .all && all.keys.isEmpty && all.tab == "Targets")
    let some = try RowOptions.parse(["/dev/null", "Targets", "--keys", "A", "B"]).request("pm.save_selected")
    #expect(some.scope == .selection && some.keys == ["A", "B"])
  }

  @Test func `every command explains itself with an example`() {
    let commands = Self.commands(below: Lodestar.self)
    #expect(commands.count >= 12)
    for command in commands {
      #expect(command.configuration.discussion.contains("EXAMPLES"), "\(command)")
      #expect(!command.configuration.abstract.isEmpty, "\(command)")
    }
  }

  /// Those that do something, not the nouns that hold them.
  private static func commands(below command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    let below = command.configuration.subcommands
    return below.isEmpty ? [command] : below.flatMap { commands(below: $0) }
  }
}
