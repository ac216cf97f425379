import ArgumentParser
import Glibc
import LocalSystem

struct Lodestar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodestar",
    abstract: "Plan the best roadmap that your metrics, your capacity and your rules allow.",
    discussion: """
      EXAMPLES
        lodestar demo                 an example company, from end to end
        lodestar up                   the services and a database, in ./.lodestar
        lodestar workbook init plan   the three workbooks, in ./plan
        lodestar preview plan/ProductOps.xlsx Metrics_Config
        lodestar save plan/ProductOps.xlsx Metrics_Config
        lodestar runs list

      EXIT CODES
        0 done, 1 the rules said no, 2 wrong usage,
        3 a service or a database could not be reached
      """,
    subcommands: [
      Demo.self, Up.self, Down.self, Status.self, Logs.self, WorkbookCommand.self, Preview.self, Save.self,
      Refresh.self, Optimize.self, Cancel.self, SuggestChains.self, Runs.self, Constraints.self, Metrics.self, Audit.self,
      People.self, Actions.self,
    ])
}

@main
enum Program {
  static func main() async {
    // A reader that has gone away (`| head`) is no reason to die by a signal.
    signal(SIGPIPE, SIG_IGN)
    exit(await outcome(of: Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  static func outcome(of arguments: [String]) async -> Outcome {
    do {
      var command = try Lodestar.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .done
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> Outcome {
    let console = Console.current()
    switch error {
    case let ended as Ended: return ended.outcome
    case let failure as Failure: return report(failure, console)
    case let error as LocalSystemError: return report(Failure(error), console)
    case is CancellationError: return .refused
    default: break
    }
    // What is left is the argument parser's: help that was asked for, or usage that was wrong.
    let message = Lodestar.fullMessage(for: error)
    if Lodestar.exitCode(for: error).isSuccess {
      console.show(message)
      return .done
    }
    console.tell(message)
    return .wrongUsage
  }

  private static func report(_ failure: Failure, _ console: Console) -> Outcome {
    for line in failure.lines(style: console.errorStyle) { console.tell(line) }
    return failure.outcome
  }
}
