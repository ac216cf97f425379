import LocalSystem
import Messages
import Wire

/// Looks at a workbook again and again, and saves it when it is to be saved.
struct WatchLoop {
  /// How often the file is looked at.
  static let pause: Duration = .milliseconds(200)

  let context: CommandContext
  let options: ActionOptions
  let path: String
  let tabs: [String]

  private var console: Console { context.console }

  func run() async throws {
    var watch = WorkbookWatch(FileState.now(at: path))
    console.tell("Watching \(Files.name(of: path)): \(tabs.joined(separator: ", ")). Ctrl-C ends it.")
    let start = ContinuousClock.now
    func milliseconds() -> Int64 { Int64((ContinuousClock.now - start) / .milliseconds(1)) }
    while !Interruption.isAsked {
      switch watch.look(
        FileState.now(at: path), isOpenElsewhere: FileState.isOpenElsewhere(path), now: milliseconds())
      {
      case .wait: try await Task.sleep(for: Self.pause)
      case .tell(let words): console.tell(words.printable)
      case .save:
        do {
          let ended = try await save()
          let state = FileState.now(at: path)
          if ended.isUndone {
            watch.failed(state, now: milliseconds())
          } else {
            watch.saved(
              state, finishedAtUs: ended.finishedAtUs, wasChangedMeanwhile: ended.wasChangedMeanwhile, now: milliseconds())
          }
        } catch let failure as Failure where failure.outcome == .unreachable {
          for line in failure.lines(style: console.errorStyle) { console.tell(line) }
          console.tell("It is tried again in \(WorkbookWatch.pauseMilliseconds / 1_000) s.")
          watch.failed(FileState.now(at: path), now: milliseconds())
        }
      }
    }
    console.tell("Watches no longer.")
  }

  /// What became of one round of saves.
  private struct Ended {
    var finishedAtUs: Int64 = 0
    /// Somebody changed the file between its being read and being written.
    var wasChangedMeanwhile = false
    /// A save could not be done for a reason that passes by itself.
    var isUndone = false
  }

  private func save() async throws -> Ended {
    var ended = Ended()
    var left: FileState?
    for tab in tabs {
      if let left, left != FileState.now(at: path) { ended.wasChangedMeanwhile = true }
      // Whether the file is there is for the service to say: programs that replace one take it away for a moment.
      let request = RunActionRequest(
        action: "pm.save_selected", workbookPath: path, tab: tab, scope: .all, actor: ActionCaller.actor)
      // Lines of progress between the outcomes would tell nobody anything; a bar goes as it came.
      let caller = ActionCaller(
        context: context, endpoint: try options.services.endpoint(of: .sync), isQuiet: options.answer.json || !console.isLive)
      let run = try await caller.run(request)
      if options.answer.json {
        console.show(run.jsonValue.text())
      } else {
        console.show(WatchedSaveView(run: run).lines(console))
      }
      left = FileState.now(at: path)
      // What was written later than this save's end somebody else wrote, and the next tab's save would hide it.
      if let left, left.isWritten(after: run.finishedAtUs) { ended.wasChangedMeanwhile = true }
      ended.finishedAtUs = max(ended.finishedAtUs, run.finishedAtUs)
      if run.messages.contains(where: { $0.code == "changed_meanwhile" }) { ended.wasChangedMeanwhile = true }
      if run.isUndone { ended.isUndone = true }
    }
    return ended
  }
}

extension ActionRun {
  /// Whether nothing was done, and doing it again later may help without anybody changing the workbook.
  fileprivate var isUndone: Bool {
    let passing = ["busy", "open_elsewhere", "no_file", "changed_meanwhile"]
    return outcome == .unreachable || (status == .failed && messages.contains { passing.contains($0.code) })
  }
}
