/// Where each read column stands in the values of a row; one for all rows of a tab.
struct ColumnLayout: Hashable, Sendable {
  var names: [String]
  private var positions: [String: Int]

  init(names: [String]) {
    self.names = names
    positions = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
  }

  func position(of name: String) -> Int {
    guard let position = positions[name] else { preconditionFailure("\(name) is no column that this tab reads") }
    return position
  }
}

/// A row of a tab, read cell by cell. What the values mean together is for the service that owns them to say.
public struct ReadRow: Hashable, Sendable {
  /// The row's number in the sheet, counted from 1. KPI_Contributions in its wide form gives several rows of one number.
  public let number: Int
  public let key: RowKey
  /// What the row is named by in the sheet: the wide form names it by its initiative, and the pairs in it by their KPIs as well.
  public let keyInSheet: RowKey
  /// What could not be read, and what contradicts other rows.
  public internal(set) var problems: [RowFinding] = []
  let layout: ColumnLayout
  var values: [ReadValue?]

  init(
    number: Int, key: RowKey, keyInSheet: RowKey? = nil, layout: ColumnLayout, values: [ReadValue?], problems: [RowFinding] = []
  ) {
    self.number = number
    self.key = key
    self.keyInSheet = keyInSheet ?? key
    self.layout = layout
    self.values = values
    self.problems = problems
  }

  /// Whether it can be handed on.
  public var isReadable: Bool { !problems.contains { $0.severity == .error } }

  /// Whether a column could not be read, so that the row might be about anything as far as the column goes. Blank is readable.
  public func isUnreadable(_ column: String) -> Bool {
    problems.contains { $0.column == column && $0.severity == .error && $0.code != ReadRow.missingValue }
  }

  static let missingValue = "missing_value"

  /// The value of a column; nil when blank or unreadable.
  public subscript(_ column: String) -> ReadValue? { values[layout.position(of: column)] }

  public func text(_ column: String) -> String {
    if case .text(let text) = self[column] { text } else { "" }
  }

  public func keys(_ column: String) -> [String] {
    if case .keys(let keys) = self[column] { keys } else { [] }
  }

  public func boolean(_ column: String, default whenBlank: Bool) -> Bool {
    if case .boolean(let flag) = self[column] { flag } else { whenBlank }
  }

  public func integer(_ column: String) -> Int64? {
    if case .integer(let number) = self[column] { number } else { nil }
  }

  public func number(_ column: String) -> Double? {
    switch self[column] {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  /// A day as ISO text; empty when blank.
  public func date(_ column: String) -> String {
    if case .date(let date) = self[column] { date.iso } else { "" }
  }

  /// About how many bytes the row takes in a request.
  public var weight: Int {
    values.reduce(into: 32) { sum, value in
      switch value {
      case .text(let text): sum += text.utf8.count + 4
      case .keys(let keys): sum += keys.reduce(0) { $0 + $1.utf8.count + 4 }
      case .some: sum += 16
      case nil: break
      }
    }
  }
}
