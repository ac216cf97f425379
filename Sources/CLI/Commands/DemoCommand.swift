import ArgumentParser
import LocalSystem
import Messages
import RPC
import Reactor

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plan an example company from end to end, and tell what happened.",
    discussion: """
      Starts the private system if it does not run, writes the example workbooks,
      imports the example registry of metrics, saves every input tab, optimizes every scenario under its constraint sets,
      writes the results back, and shows what mistakes are answered with.
      Workbooks of an earlier demo are used again.

      EXAMPLES
        lodestar demo
        lodestar demo --directory plan --keep
      """)

  @OptionGroup var state: StateOption

  @Option(help: "Where the workbooks go.", completion: .directory)
  var directory = "./demo"

  @Flag(help: "Leave the system running.")
  var keep = false

  func run() async throws {
    try await CommandContext.run { context in
      let launcher = SystemLauncher(layout: state.layout, session: context.session)
      let wasServing = try await SystemStatus.gather(state.layout, context.session).isServing
      let account = DemoAccount(console: context.console)
      let console = context.console
      console.show(console.style.bold("Lodestar") + "  an example company, from its workbooks to the best roadmap and back")

      console.show(account.chapter(1, wasServing ? "The system runs already" : "Starting the system in \(state.layout.state)"))
      let record = try await launcher.up { console.tell("   \($0)") }
      let isKept = keep || wasServing
      do {
        let story = DemoStory(
          context: context, account: account, books: try books(),
          endpoints: Dictionary(
            uniqueKeysWithValues: try record.services.map { ($0.kind, try record.endpoint(at: $0.address, state.layout)) }),
          governance: DemoGovernance(layout: state.layout, record: record, directory: Files.absolute(directory)))
        let runs = try await story.tell()
        if !isKept { _ = try launcher.down { _ in } }
        console.show(account.chapter(7, "Where everything is"))
        console.show(account.ending(story.books, runs: runs, isKept: isKept))
      } catch {
        if !isKept { _ = try? launcher.down { _ in } }
        throw error
      }
      return .done
    }
  }

  private func books() throws -> DemoWorkbooks {
    try Files.makeDirectory(directory)
    return DemoWorkbooks(directory: Files.absolute(directory))
  }
}
