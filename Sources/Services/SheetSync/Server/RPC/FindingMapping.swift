import Messages
import SheetSyncDomain

extension RowMessage {
  init(_ finding: RowFinding) {
    let severity: Severity =
      switch finding.severity {
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    self.init(
      rowNumber: UInt32(clamping: finding.rowNumber), key: finding.key, column: finding.column, severity: severity,
      code: finding.code,
      message: finding.message)
  }
}

extension RowFinding {
  init(_ message: RowMessage) {
    // An answer that does not say how bad its finding is has to be read by a person, so it is not taken lightly.
    let severity: FindingSeverity =
      switch message.severity {
      case .info: .info
      case .warning: .warning
      case .error, .unspecified: .error
      }
    self.init(
      rowNumber: Int(message.rowNumber), key: message.key, column: message.column, severity: severity, code: message.code,
      message: message.message)
  }
}
