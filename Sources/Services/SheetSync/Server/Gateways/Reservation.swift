import Messages
import SheetSyncDomain

/// What good rows are told when they were not stored because of others.
struct Reservation {
  private let word: String
  /// Rows that were answered so already, or are at fault themselves, need no second word.
  private let answered: Set<Int>

  private init(_ word: String, after findings: [RowFinding]) {
    self.word = word
    answered = Set(findings.lazy.filter { $0.severity == .error || $0.message.hasPrefix("\(word):") }.map(\.rowNumber))
  }

  static func notSaved(after findings: [RowFinding]) -> Reservation { Reservation("not saved", after: findings) }

  static func notCompiled(after findings: [RowFinding]) -> Reservation { Reservation("not compiled", after: findings) }

  /// A finding for each of the rows, naming the rows at fault.
  func findings(for rows: [ReadRow], because faulty: Set<Int>) -> [RowFinding] {
    let message = "\(word): \(Self.named(faulty))"
    let code = word.split(separator: " ").joined(separator: "_")
    return rows.filter { !answered.contains($0.number) && !faulty.contains($0.number) }.map {
      RowFinding(rowNumber: $0.number, key: $0.key.text, severity: .info, code: code, message: message)
    }
  }

  /// Takes out the rows that do not say what they are about: notes beside a line of Results that no run fills any more.
  static func withholding(_ parcel: RowParcel) -> (RowParcel, [RowFinding]) {
    var parcel = parcel
    var findings: [RowFinding] = []
    for column in Catalogue[parcel.tab].contextColumns {
      let silent = parcel.readable.filter { $0[column] == nil }
      parcel.readable.removeAll { $0[column] == nil }
      findings += silent.map {
        RowFinding(
          rowNumber: $0.number, key: $0.key.text, column: column, severity: .info, code: "not_saved",
          message: "not saved: \(column) is blank, so that nothing says which run this is about")
      }
    }
    return (parcel, findings)
  }

  /// With a row whose group cannot be read nobody knows which group is incomplete, so none is replaced.
  static func unplaceable(_ parcel: RowParcel, columns: [String]) -> SaveOutcome? {
    guard parcel.scope == .all else { return nil }
    let rows = parcel.unreadable.filter { row in columns.contains { row.isUnreadable($0) } }
    guard !rows.isEmpty else { return nil }
    var outcome = SaveOutcome()
    outcome.findings = notSaved(after: []).findings(for: parcel.readable, because: Set(rows.map(\.number)))
    return outcome
  }

  /// `row 7`, `rows 7, 9`, `rows 7, 9, 12, 13, 14 and 3 more`.
  static func named(_ numbers: Set<Int>) -> String {
    let sorted = numbers.filter { $0 > 0 }.sorted()
    switch sorted.count {
    case 0: return "the findings about the whole"
    case 1: return "row \(sorted[0])"
    case ...6: return "rows " + sorted.map(String.init).joined(separator: ", ")
    default: return "rows " + sorted.prefix(5).map(String.init).joined(separator: ", ") + " and \(sorted.count - 5) more"
    }
  }
}
