import ArgumentParser
import Foundation
import Testing

@testable import lodestar

/// Commands that need no service to know how they end.
@Suite struct CommandTests {
  @Test(arguments: [
    ["frobnicate"], ["save"], ["save", "a.xlsx"], ["optimize", "a.xlsx", "S"],
    ["optimize", "a.xlsx", "S", "--set", "T", "--all", "--selected"],
    ["runs", "list", "--limit", "0"], ["logs", "sink"], ["workbook", "init", "d", "--template", "odd"],
    ["optimize", "a.xlsx", "S", "--set", "T", "--time-limit", "0"], ["metrics", "list", "--metrics", "nowhere"],
  ])
  func `wrong usage ends with 2`(arguments: [String]) async {
    #expect(await Program.outcome(of: arguments).rawValue == 2)
  }

  @Test(arguments: [[], ["--help"], ["help", "save"], ["runs", "--help"], ["demo", "--help"]])
  func `help that was asked for ends with 0`(arguments: [String]) async {
    #expect(await Program.outcome(of: arguments).rawValue == 0)
  }

  @Test(arguments: [["status"], ["metrics", "list"], ["runs", "list"], ["actions", "list"], ["logs"]])
  func `a system that is not there ends with 3`(arguments: [String]) async {
    let state = FileManager.default.temporaryDirectory.appending(path: "lodestar-none-\(UUID().uuidString)").path
    #expect(await Program.outcome(of: arguments + ["--state", state]).rawValue == 3)
    #expect(!FileManager.default.fileExists(atPath: state))
  }

  @Test func `a workbook that is not there ends with 1`() async {
    #expect(await Program.outcome(of: ["save", "no such.xlsx", "Targets", "--sync", "127.0.0.1:1"]).rawValue == 1)
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
