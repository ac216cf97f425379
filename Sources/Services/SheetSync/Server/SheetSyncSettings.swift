import Runtime
import SheetSyncDomain

/// What can be set about the service, beside what every service is told.
struct SheetSyncSettings: Equatable {
  /// LODESTAR_SYNC_BLANK_ROWS: a run of so many blank rows ends a table. 50 unless set, 1 to 10,000.
  var blankRows = ReadingLimits().blankRows

  /// Throws what is wrong and what would be right.
  init(variables: [String: String]) throws(ServiceEnvironmentError) {
    let name = "LODESTAR_SYNC_BLANK_ROWS"
    guard let text = variables[name], !text.isEmpty else { return }
    guard let number = Int(text), (1...10_000).contains(number) else {
      throw ServiceEnvironmentError("\(name) has \"\(text)\"; right would be a whole number from 1 to 10000")
    }
    blankRows = number
  }
}
