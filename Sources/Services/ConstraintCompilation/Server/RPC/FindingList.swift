import ConstraintCompilationDomain
import Messages

extension RowMessage {
  /// What all messages of one answer may weigh, so that it is never larger than what callers take (64 MiB): a save that is stored and
  /// not answered would look as if it had failed.
  /// Behind that stands one short message for each row: 140 bytes at most, for as many rows as a call may have.
  static let mostBytes = 24 << 20
  /// What a message weighs beside its texts, at most.
  private static let frameBytes = 32

  /// Every finding; when they are more than an answer can carry, of each row at the end only the gravest, and that without its words, so
  /// that each row is still told how it fared.
  static func list(_ findings: [Finding], mostBytes: Int = mostBytes) -> [RowMessage] {
    var weight = 0
    let whole = findings.prefix { finding in
      weight += frameBytes + [finding.key, finding.cell.column, finding.code, finding.message].reduce(0) { $0 + $1.utf8.count }
      return weight <= mostBytes
    }
    var gravest: [Int: Int] = [:]
    for place in whole.endIndex..<findings.endIndex {
      let row = findings[place].cell.row
      if let held = gravest[row], findings[held].severity >= findings[place].severity { continue }
      gravest[row] = place
    }
    return whole.map { RowMessage($0) } + gravest.values.sorted().map { RowMessage(brief: findings[$0]) }
  }

  private init(brief finding: Finding) {
    self.init(finding)
    key = ""
    if message.utf8.count > Self.brief.utf8.count { message = Self.brief }
  }

  private static let brief = "too many findings to spell all out; mend those before this one first"
}
