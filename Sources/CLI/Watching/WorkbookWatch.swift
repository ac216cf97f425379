/// Decides when a watched workbook is to be saved: once somebody has changed it, has left it alone for a while, and has it open no more.
/// What a save itself writes into the file is no change.
struct WorkbookWatch {
  /// For so long nobody may have changed the file: spreadsheet programs write it in several steps.
  static let settledMilliseconds: Int64 = 1_000
  /// A save that could not be done is tried again after that.
  static let pauseMilliseconds: Int64 = 5_000

  enum Step: Equatable {
    case wait
    /// Something to tell, and then to wait.
    case tell(String)
    case save
  }

  /// The state that needs no save: it was there at the beginning, or a save left it behind.
  private var settled: FileState?
  /// The state that was seen last, and since when it has been left alone.
  private var seen: FileState?
  private var since: Int64 = 0
  /// What was told about the present state; nothing is said twice.
  private var told = ""

  init(_ state: FileState?) {
    settled = state
    seen = state
  }

  /// Looks at the file. `now` is a time in milliseconds that never goes back.
  mutating func look(_ state: FileState?, isOpenElsewhere: Bool, now: Int64) -> Step {
    if state != seen {
      seen = state
      since = now
      // Programs that replace a file take it away for a moment.
      if state != nil { told = "" }
    }
    guard state != settled, now - since >= Self.settledMilliseconds else { return .wait }
    if state == nil { return tell("the file is gone; it is saved when it is back") }
    if isOpenElsewhere { return tell("changed, and still open in a spreadsheet program; it is saved when it is closed there") }
    return .save
  }

  private mutating func tell(_ words: String) -> Step {
    guard told != words else { return .wait }
    told = words
    return .tell(words)
  }

  /// The file was saved, and is now in this state.
  ///
  /// - Parameters:
  ///   - finishedAtUs: when the save ended, since 1970: what was written later somebody else wrote.
  ///   - wasChangedMeanwhile: somebody changed the file between its being read and being written.
  mutating func saved(_ state: FileState?, finishedAtUs: Int64, wasChangedMeanwhile: Bool, now: Int64) {
    seen = state
    since = now
    told = ""
    guard !wasChangedMeanwhile, let state, !state.isWritten(after: finishedAtUs) else {
      settled = nil
      return
    }
    settled = state
  }

  /// The save could not be done now: it is tried again after a pause.
  mutating func failed(_ state: FileState?, now: Int64) {
    seen = state
    since = now + Self.pauseMilliseconds - Self.settledMilliseconds
  }
}
