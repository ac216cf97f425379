import ConstraintCompilationDomain
import Messages

extension RowMessage {
  /// What all messages of one answer may weigh, so that it is never larger than what callers take (64 MiB): a save that is stored and
  /// not answered would look as if it had failed.
  static let mostBytes = 40 << 20
  /// What a message weighs beside its texts, at most.
  private static let frameBytes = 32

  /// Every finding; when they are more than an answer can carry, those at the end without their words, so that each row is still
  /// told how it fared.
  static func list(_ findings: [Finding], mostBytes: Int = mostBytes) -> [RowMessage] {
    var weight = 0
    return findings.map { finding in
      let message = RowMessage(finding)
      weight += frameBytes + finding.key.utf8.count + finding.message.utf8.count
      if weight <= mostBytes { return message }
      return RowMessage(
        rowNumber: message.rowNumber, column: message.column, severity: message.severity, code: message.code,
        message: finding.message.utf8.count > brief.utf8.count ? brief : finding.message)
    }
  }

  private static let brief = "too many findings to spell all out; mend those before this one first"
}
