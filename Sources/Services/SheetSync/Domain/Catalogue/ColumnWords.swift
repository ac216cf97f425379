extension ColumnKind {
  /// As people and programs are told.
  public var word: String {
    switch self {
    case .editable: "editable"
    case .derived: "derived"
    case .system: "system"
    }
  }
}

extension ColumnOwner {
  /// As people and programs are told.
  public var words: String {
    switch self {
    case .productManager: "product manager"
    case .analytics: "analytics"
    case .engineering: "engineering"
    case .formulas: "the sheet's formulas"
    case .languageModel: "language model"
    case .lodestar: "lodestar"
    }
  }
}

extension ColumnNeed {
  /// As people and programs are told.
  public var word: String {
    switch self {
    case .optional: "optional"
    case .header: "header"
    case .value: "value"
    }
  }
}

extension ColumnSeverity {
  /// As people and programs are told.
  public var word: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    }
  }
}

extension ColumnType {
  /// As people and programs are told.
  public var words: String {
    switch self {
    case .text: "text"
    case .key: "key"
    case .keyList: "keys"
    case .period: "period"
    case .integer: "whole number"
    case .number: "number"
    case .boolean: "TRUE or FALSE"
    case .date: "date"
    case .timestamp: "time"
    case .json: "JSON or text"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    }
  }

  /// How cells of the type are read, in a sentence or two; nil for types that are only written.
  var reading: String? {
    switch self {
    case .text: "Trimmed. Numbers and dates that stand there are taken as a person sees them."
    case .key:
      "The name of one thing: trimmed, matched without regard to case, kept as it is spelt. It is one line"
        + " without invisible characters."
    case .keyList: "Keys separated by commas; blanks are dropped, each counts once, their order is kept."
    case .period:
      "`2026`, `2026-H1`, `2026-Q1` or `2026-01`; a date that a spreadsheet made of `2026-01` is read as that month."
    case .integer: "Without a fraction: 180 and 180.0 are read, 180.5 is an error; at most 9007199254740992."
    case .number:
      "A point for decimals and nothing between the digits, as in 1234.5 or 1e6, so that no number means two things."
    case .boolean:
      "Also yes, y, t, on, x, 1, ✓, ✔, ☑, ✅ and no, n, f, off, 0, -, ☐, ✗, ✘, ❌, in any case. A box that is not ticked is blank."
    case .date: "The sheet's own date, or ISO text such as `2026-02-15`; text of two readings is an error that says so."
    case .timestamp: nil
    case .json: "Strict JSON when it begins with `{` or `[`; any other text as it is."
    case .choice: "One of the words; the service that owns the field judges, and offers the nearest."
    }
  }
}
