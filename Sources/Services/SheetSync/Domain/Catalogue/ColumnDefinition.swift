/// What a column is to the planning data.
public enum ColumnKind: Hashable, Sendable {
  /// Typed by people and saved to the service that owns the field.
  case editable
  /// Calculated, by formulas of the sheet or by Lodestar; never saved.
  case derived
  /// Lodestar's own notes about the row: its status and when it was written; never saved.
  case system
}

/// Who may put values into a column.
public enum ColumnOwner: Hashable, Sendable {
  case productManager
  case analytics
  case engineering
  /// Formulas of the sheet.
  case formulas
  /// A language model: Lodestar writes what it answers into blank cells (`TabWriter.suggestions`), and never reads it back.
  case languageModel
  /// Lodestar itself, which keeps these columns as it knows them.
  case lodestar
}

/// How a cell of a column is read.
public enum ColumnType: Hashable, Sendable {
  /// Trimmed; numbers and dates that a person typed as text come back as typed.
  case text
  /// The name of one thing; matched without regard to case and outer spaces, its spelling kept.
  case key
  /// Names split on commas, without duplicates, in the order typed.
  case keyList
  /// `2026`, `2026-H1`, `2026-Q1` or `2026-01`; a date that a spreadsheet made of `2026-01` is read as that month.
  case period
  /// A whole number; 180.0 is one, 180.5 is not.
  case integer
  /// A finite number.
  case number
  case boolean
  /// A day, as the sheet's own date or as ISO text.
  case date
  /// An instant in UTC; only written.
  case timestamp
  /// JSON when it begins with `{` or `[`, and then strictly; otherwise any text.
  case json
  /// One of these words; the service that owns the field judges, and offers the nearest.
  case choice([String])
}

/// Whether a tab can be without a column, and a row without a value in it.
public enum ColumnNeed: Hashable, Sendable {
  /// The column may be absent.
  case optional
  /// The column must be there; its cells may be blank.
  case header
  /// The column must be there, and each row needs a value.
  case value
}

/// What becomes of a row when one of its cells cannot be read.
public enum ColumnSeverity: Hashable, Sendable {
  /// The row is not saved.
  case error
  /// The row is saved without the value, and says so.
  case warning
}

/// A column of a tab: the one place that says what it is called, who fills it and what its cells mean.
public struct ColumnDefinition: Hashable, Sendable {
  /// The canonical header, in the spelling that headers are compared in.
  public var name: String
  /// Other headers that mean the same, likewise.
  public var aliases: [String]
  public var kind: ColumnKind
  public var owner: ColumnOwner
  public var type: ColumnType
  public var need: ColumnNeed
  public var severity: ColumnSeverity
  /// The planning field that the column fills, such as `initiative.title`; empty when nothing is stored.
  public var field: String
  /// A sentence for people, shown as the header's note.
  public var note: String

  /// Whether Lodestar writes what it knows into the column.
  public var isWrittenByLodestar: Bool { owner == .lodestar }

  static func editable(
    _ name: String, _ type: ColumnType, aliases: [String] = [], need: ColumnNeed = .optional, owner: ColumnOwner = .productManager,
    severity: ColumnSeverity = .error, field: String, _ note: String
  ) -> Self {
    Self(
      name: name, aliases: aliases, kind: .editable, owner: owner, type: type, need: need, severity: severity, field: field,
      note: note)
  }

  static func derived(
    _ name: String, _ type: ColumnType, aliases: [String] = [], need: ColumnNeed = .optional, owner: ColumnOwner = .lodestar,
    _ note: String
  ) -> Self {
    Self(
      name: name, aliases: aliases, kind: .derived, owner: owner, type: type, need: need, severity: .error, field: "", note: note)
  }

  static func system(_ name: String, _ type: ColumnType, aliases: [String] = [], _ note: String) -> Self {
    Self(
      name: name, aliases: aliases, kind: .system, owner: .lodestar, type: type, need: .optional, severity: .error, field: "",
      note: note)
  }
}
