import LocalSystem
import Messages
import RPC
import Reactor

/// Has the sync service do an action, and shows how it goes.
struct ActionCaller {
  let context: CommandContext
  let endpoint: ServiceEndpoint
  /// Whether progress is shown.
  var isQuiet = false

  func run(_ request: RunActionRequest) async throws -> ActionRun {
    var bar = ProgressBar(context.console)
    defer { bar.clear() }
    return try await context.session.call(.sync, at: endpoint) { channel in
      var ended: ActionRun?
      for try await event in SheetSyncClient(channel: channel).runAction(request) {
        switch event.event {
        case .progress(let progress):
          if !isQuiet { bar.show(step: progress.substep, message: progress.message, fraction: progress.fraction) }
        case .actionRun(let run): ended = run
        case nil: break
        }
      }
      guard let ended else {
        throw Failure(
          .unreachable, "lodestar-sync ended the call without telling how the action ended",
          mend: "`lodestar actions list` shows it")
      }
      return ended
    }
  }

  /// Who acts: recorded with everything that is changed.
  static var actor: String {
    environmentVariable("LODESTAR_ACTOR") ?? environmentVariable("USER") ?? Person.account ?? "unknown"
  }

  /// The file as the service has to be told: whole, from / on. Throws when there is none.
  static func workbook(_ path: String) throws -> String {
    let absolute = Files.absolute(path)
    guard Files.exists(absolute) else {
      throw Failure(.refused, "there is no workbook \(path)", mend: "`lodestar workbook init DIRECTORY` makes the three workbooks")
    }
    return absolute
  }
}

extension ActionRun {
  /// How a command that waited for the action ends.
  var outcome: Outcome {
    let isAway = messages.contains { ["service_unavailable", "service_slow", "database"].contains($0.code) }
    return status == .failed && isAway ? .unreachable : status.outcome
  }
}
