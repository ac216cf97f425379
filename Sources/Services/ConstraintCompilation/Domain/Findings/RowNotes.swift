/// Collects what is found about one row, so that a reader says only what and where in the row.
struct RowNotes {
  let tab: PlanningTab
  let row: Int
  let key: String
  private(set) var findings: [Finding] = []

  init(_ tab: PlanningTab, row: Int, key: String) {
    self.tab = tab
    self.row = row
    self.key = trimmed(key)
  }

  var haveErrors: Bool { findings.haveErrors }

  mutating func error(_ column: String, _ code: String, _ message: String) { note(.error, column, code, message) }
  mutating func warning(_ column: String, _ code: String, _ message: String) { note(.warning, column, code, message) }

  /// Adds what was noted apart about the same row.
  mutating func add(_ other: RowNotes) { findings += other.findings }

  /// Says that the row is stored already, as it is.
  mutating func unchanged() { note(.info, "", "unchanged", "unchanged") }
  mutating func info(_ code: String, _ message: String) { note(.info, "", code, message) }

  private mutating func note(_ severity: FindingSeverity, _ column: String, _ code: String, _ message: String) {
    findings.append(Finding(severity, at: SourceCell(tab, row: row, column: column), key: key, code: code, message))
  }

  /// The text trimmed; an error when it is blank though required, or too long.
  mutating func text(_ typed: String, column: String, longest: Int, required: Bool = false) -> String {
    let text = trimmed(typed)
    if text.isEmpty, required {
      error(column, "missing_value", "\(column) is blank; it is required")
    } else if let fault = KeyGrammar.fault(ofText: text, column: column, longest: longest) {
      error(column, fault.code, fault.message)
    }
    return text
  }

  /// The key trimmed; nil and an error when it is blank or no key.
  mutating func requiredKey(_ typed: String, column: String) -> String? {
    let key = trimmed(typed)
    guard !key.isEmpty else {
      error(column, "missing_value", "\(column) is blank; it is required")
      return nil
    }
    if let fault = KeyGrammar.fault(ofKey: key, column: column) {
      error(column, fault.code, fault.message)
      return nil
    }
    return key
  }

  /// Notes an amount of a KPI that is not finite or too large.
  mutating func checkAmount(_ amount: Double, column: String) {
    if !amount.isFinite {
      error(column, "bad_number", "\(column) is not a finite number")
    } else if amount.magnitude > largestAmount {
      error(column, "out_of_range", "\(column) is \(plain(amount)); it must be -1e15 to 1e15")
    }
  }

  /// A whole number in the range; nil and an error when it is none.
  mutating func wholeNumber(_ number: Double, column: String, in range: ClosedRange<Int>) -> Int? {
    guard let whole = Int(exactly: number) else {
      error(column, "not_whole", "\(column) is \(plain(number)); it must be a whole number")
      return nil
    }
    guard range.contains(whole) else {
      error(column, "out_of_range", "\(column) is \(whole); it must be \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return whole
  }
}

/// The most tokens, or initiatives, that anything may have: what the optimizer takes.
let mostTokens = 1_000_000_000

/// The largest amount of a KPI, either way: what the optimizer adds up exactly.
let largestAmount = 1e15
