import LocalSystem
import Messages
import RPC
import Reactor

/// Has the sync service do an action, and shows how it goes.
struct ActionCaller {
  let context: CommandContext
  let endpoint: ServiceEndpoint
  /// Whether progress is kept to itself.
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
}

/// A workbook as a person names it.
enum WorkbookPlace: Equatable {
  /// The path of an .xlsx file, from / on.
  case file(String)
  /// A Google spreadsheet's address.
  case address(String)

  /// Whether a file is there makes no difference.
  init(_ text: String) {
    self = text.contains("://") ? .address(text) : .file(Files.absolute(text))
  }

  /// Throws when it is the path of a file that is not there.
  init(ofExisting text: String) throws {
    self.init(text)
    if case .file(let path) = self, !Files.exists(path) {
      throw Failure(.refused, "there is no workbook \(text)", mend: "`lodestar workbook init DIRECTORY` makes the three workbooks")
    }
  }

  /// As the service has to be told.
  var path: String {
    switch self {
    case .file(let path): path
    case .address(let address): address
    }
  }
}

extension RunActionRequest {
  /// An action on a workbook, named as a person does, in the name of who is at this terminal. Throws when there is no such file.
  init(_ action: String, on workbook: String) throws {
    self.init(action: action, workbookPath: try WorkbookPlace(ofExisting: workbook).path, actor: ActionCaller.actor)
  }

  /// With something more said.
  func with(_ change: (inout RunActionRequest) -> Void) -> RunActionRequest {
    var request = self
    change(&request)
    return request
  }
}

extension ActionRun {
  /// How a command that waited for the action ends.
  var outcome: Outcome {
    let isAway = messages.contains { ["service_unavailable", "service_slow", "database"].contains($0.code) }
    return status == .failed && isAway ? .unreachable : status.outcome
  }
}
