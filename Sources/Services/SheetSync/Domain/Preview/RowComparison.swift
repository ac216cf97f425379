/// What a save would change, field by field: rows as typed beside rows as stored.
public struct RowComparison: Sendable {
  /// Which stored rows a save takes away when the tab has them no more.
  public struct Removal: Hashable, Sendable {
    /// So many of the first key columns name the group that is replaced as one: 0 for the whole tab.
    public var groupColumns: Int
    /// Whether groups that the tab does not name at all go as well.
    public var takesAbsentGroups: Bool
    /// Groups of which nothing is stored, so that they keep what they have.
    public var keptGroups: Set<RowKey>

    public init(groupColumns: Int, takesAbsentGroups: Bool, keptGroups: Set<RowKey> = []) {
      self.groupColumns = groupColumns
      self.takesAbsentGroups = takesAbsentGroups
      self.keptGroups = keptGroups
    }

    func group(of key: RowKey) -> RowKey { RowKey(Array(key.folded.prefix(groupColumns))) }
  }

  /// The changes in the order of the rows; the rows that would be removed come last.
  public private(set) var changes: [FieldChange] = []
  /// All changes, those that `changes` has no room for among them.
  public private(set) var changedFields = 0
  public private(set) var removedRows = 0

  private let columns: [ColumnDefinition]
  private let most: Int

  /// - Parameters:
  ///   - columns: the columns compared, in the order of the rows' texts.
  ///   - typed: the rows of the tab that a save would store, changed or not.
  ///   - named: the keys of all rows of the tab, those that would not be stored among them: none of these is removed.
  ///   - changing: whether a save would change the row; nil when its owner did not say.
  ///   - blank: the texts of a row in which nobody has typed anything: what a new row is compared with.
  ///   - removal: nil when nothing is removed.
  ///   - most: so many changes are listed.
  public init(
    _ columns: [ColumnDefinition], typed: [ComparableRow], stored: [ComparableRow], named: Set<RowKey>, blank: [String],
    removal: Removal?, most: Int, changing: (ComparableRow) -> Bool?
  ) {
    self.columns = columns
    self.most = most
    var places: [RowKey: Int] = [:]
    for (place, row) in stored.enumerated() where places[row.key] == nil { places[row.key] = place }
    let moved = removal.map { Self.renamed(typed, places, stored, $0) } ?? [:]
    for row in typed {
      let before = (places[row.key] ?? moved[row.number]).map { stored[$0] }
      switch changing(row) {
      case false?: continue
      case true?: compare(row, with: before, blank: blank, isSurelyChanged: true)
      case nil: compare(row, with: before, blank: blank, isSurelyChanged: false)
      }
    }
    guard let removal else { return }
    let kept = named.union(moved.values.map { stored[$0].key })
    remove(stored.filter { !kept.contains($0.key) }, blank: blank, unless: removal, named: named)
  }

  /// In a group that is replaced as one, a row whose key was typed anew in its place is a changed row, not a new one and a lost one.
  private static func renamed(
    _ typed: [ComparableRow], _ places: [RowKey: Int], _ stored: [ComparableRow], _ removal: Removal
  ) -> [Int: Int] {
    let typedKeys = Set(typed.map(\.key))
    var left: [Int: Int] = [:]
    for (place, row) in stored.enumerated() where row.number > 0 && !typedKeys.contains(row.key) { left[row.number] = place }
    var moved: [Int: Int] = [:]
    for row in typed where places[row.key] == nil {
      guard let place = left[row.number], removal.groupColumns > 0,
        removal.group(of: stored[place].key) == removal.group(of: row.key)
      else { continue }
      moved[row.number] = place
    }
    return moved
  }

  private mutating func compare(_ row: ComparableRow, with before: ComparableRow?, blank: [String], isSurelyChanged: Bool) {
    let old = before?.texts ?? blank
    var different = columns.indices.filter { columns[$0].type.comparable(row.texts[$0]) != columns[$0].type.comparable(old[$0]) }
    // Its owner says that it changes: then spelling is what changes.
    if different.isEmpty, isSurelyChanged { different = columns.indices.filter { row.texts[$0] != old[$0] } }
    for index in different {
      add(
        FieldChange(
          rowNumber: row.number, key: row.key, column: columns[index].name, stored: before == nil ? "" : old[index],
          typed: row.texts[index]))
    }
  }

  private mutating func remove(_ rows: [ComparableRow], blank: [String], unless removal: Removal, named: Set<RowKey>) {
    let namedGroups = Set(named.map { removal.group(of: $0) })
    for row in rows {
      let group = removal.group(of: row.key)
      guard !removal.keptGroups.contains(group), removal.takesAbsentGroups || namedGroups.contains(group) else { continue }
      removedRows += 1
      for (index, column) in columns.enumerated() where row.texts[index] != blank[index] {
        add(FieldChange(rowNumber: 0, key: row.key, column: column.name, stored: row.texts[index], typed: ""))
      }
    }
  }

  private mutating func add(_ change: FieldChange) {
    changedFields += 1
    if changes.count < most { changes.append(change) }
  }
}

extension ColumnType {
  /// The text as far as it makes a difference to what is stored: keys and words of a list have no case, and a line has one end.
  func comparable(_ text: String) -> String {
    switch self {
    case .key: CellText.folded(text)
    case .keyList: text.split(separator: ",").map { CellText.folded($0) }.joined(separator: ", ")
    case .choice: HeaderText.normalized(text)
    case .text, .json: CellText.trimmed(text).replacingLineEnds
    case .period, .integer, .number, .boolean, .date, .timestamp: text
    }
  }
}

extension String {
  fileprivate var replacingLineEnds: String {
    guard utf8.contains(0x0D) else { return self }
    return String(map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 })
  }
}
