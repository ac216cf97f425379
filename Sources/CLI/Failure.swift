import RPC

/// How the command ended, for the shell.
enum Outcome: Int32 {
  case done = 0
  /// The rules said no.
  case refused = 1
  case wrongUsage = 2
  /// A service or a database could not be reached.
  case unreachable = 3
}

/// Why the command did not do what it was asked: what happened and where, and the mend.
struct Failure: Error, Equatable {
  var outcome: Outcome
  var what: String
  var mend: String?

  init(_ outcome: Outcome, _ what: String, mend: String? = nil) {
    self.outcome = outcome
    self.what = what
    self.mend = mend
  }

  func lines(style: Style) -> [String] {
    [style.red("error: ") + what.printable] + (mend.map { ["       " + $0.printable] } ?? [])
  }
}
