/// A row as its owner would store it or has stored it: the canonical text of each of its fields.
public struct ComparableRow: Hashable, Sendable {
  /// The row in the sheet; of a stored row, the one that it was last saved from, and 0 when nobody knows.
  public var number: Int
  /// The values of the tab's key columns, in their order.
  public var key: RowKey
  /// In the order of the columns compared; empty for nothing.
  public var texts: [String]

  public init(number: Int, key: [String], texts: [String]) {
    self.number = number
    self.key = RowKey(key)
    self.texts = texts
  }
}

/// A field whose stored text is not what the sheet says.
public struct FieldChange: Hashable, Sendable {
  /// 0 for a stored row that the tab has no more.
  public var rowNumber: Int
  /// As the person spelt it, or as it is stored when the tab has no such row.
  public var key: RowKey
  /// The column's canonical name.
  public var column: String
  public var stored: String
  public var typed: String

  public init(rowNumber: Int, key: RowKey, column: String, stored: String, typed: String) {
    self.rowNumber = rowNumber
    self.key = key
    self.column = column
    self.stored = stored
    self.typed = typed
  }
}
