import Messages

/// A save that nobody asked for at this moment: when it was, and how it ended.
struct WatchedSaveView {
  var run: ActionRun

  func lines(_ console: Console) -> [String] {
    let style = console.style
    let time = style.dim(Quantity.time(microseconds: run.finishedAtUs))
    let head =
      "\(time)  \(style.paint(run.status.word, run.status.ink))  \(style.bold(run.tab.printable))  \(run.message.printable)"
    return [head] + RowMessagesView(messages: ActionRunView(run: run).untold).lines(console)
  }
}
