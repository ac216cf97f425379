import SheetSyncDomain

/// Puts right what landed on rows that moved while it was written. No call of Google's can be made on a condition, so between the last
/// look at a tab and a write people can insert, delete and sort rows; the key columns are read again afterwards, and this says what to
/// do about the difference.
///
/// A row is followed by its key; of several rows with one key, by their order. As soon as any row has moved, nobody knows where a
/// misplaced value has gone since, so all rows get what the written columns should hold: what was written, or what stood there before.
/// A row without a key cannot be followed; what was written for it stays as long as its place has no other. What landed on such a row, and
/// went on with it, is known by its text.
struct RowRepair: Sendable {
  private let written: [Int: [Int: WrittenValue]]
  private let before: [Int: [Int: WrittenValue?]]
  private let identities: RowIdentities
  private let newRows: Set<Int>
  /// The columns written, but for those of the keys: what people call a row is never taken back.
  private let columns: Set<Int>
  /// What was written for rows that have keys, and stood on no row without one: there it has gone astray.
  private let ownTexts: Set<String>
  /// Rows that something was written to.
  private var touched: Set<Int>
  /// Which rows stood where when everything was right the last time.
  private var layout: [Int: RowIdentity]

  /// - Parameters:
  ///   - written: what was written, by row and column.
  ///   - before: what stood in the written columns before, by row, for all rows of the tab. nil for a formula or an error, which no
  ///     value can bring back.
  ///   - keys: the keys of all rows as they should be after the write: those of new rows are among them.
  ///   - newRows: the rows of `written` that held nothing before.
  init(
    written: [Int: [Int: WrittenValue]], before: [Int: [Int: WrittenValue?]], keys: [Int: RowKey], keyColumns: Set<Int>,
    newRows: Set<Int>
  ) {
    self.written = written
    self.before = before
    self.newRows = newRows
    columns = written.values.reduce(into: Set()) { $0.formUnion($1.keys) }.subtracting(keyColumns)
    touched = Set(written.keys)
    let identities = RowIdentities(keys)
    func texts(_ hasKey: Bool) -> Set<String> {
      written.reduce(into: []) { texts, row in
        guard (identities.ofRow[row.key] != nil) == hasKey else { return }
        for case .text(let text) in row.value.values { texts.insert(text) }
      }
    }
    // What stood on such a row before is not ours to take away.
    let stood = before.reduce(into: Set<String>()) { stood, row in
      guard identities.ofRow[row.key] == nil else { return }
      for case .text(let text)? in row.value.values { stood.insert(text) }
    }
    ownTexts = texts(true).subtracting(texts(false)).subtracting(stood)
    self.identities = identities
    layout = identities.ofRow
  }

  /// What to write now, given the keys of all rows as they are, and the texts in the written columns of those without keys; nothing when
  /// they stand where they stood.
  mutating func next(_ keysNow: [Int: RowKey], keyless texts: [Int: [String]]) -> [CellWrite] {
    let found = RowIdentities(keysNow)
    // A formula beside it is a person's, whatever it shows.
    let astray = texts.filter { row, texts in
      found.ofRow[row] == nil && !ownTexts.isDisjoint(with: texts)
        && !(before[row]?.values.contains { $0 == nil } ?? false)
    }.keys
    guard found.ofRow != layout else {
      return astray.flatMap { row in columns.map { CellWrite(row: row, column: $0, .blank) } }.sorted { $0.address < $1.address }
    }
    touched.formUnion(astray)
    var rows = found.rowOf
    let lost = overwritten(found)
    if let first = lost.first {
      // The new rows go further down, by as much as the others moved.
      for row in newRows { if let identity = identities.ofRow[row] { rows[identity] = row + first.place - first.row } }
    }
    for (row, place) in lost { if let identity = identities.ofRow[row] { rows[identity] = place } }
    layout = rows.reduce(into: [:]) { $0[$1.value] = $1.key }
    var cells: [CellWrite] = []
    for (place, identity) in layout {
      let row = identities.rowOf[identity]
      var values: [Int: WrittenValue?] = columns.reduce(into: [:]) { $0[$1] = .some(.blank) }
      if let row {
        for (column, value) in before[row] ?? [:] where columns.contains(column) { values[column] = value }
        // A row that lost its key gets that back as well.
        if lost.contains(where: { $0.row == row }) { values.merge(before[row] ?? [:]) { $1 } }
        for (column, value) in written[row] ?? [:] { values[column] = value }
        if written[row] != nil { touched.insert(place) }
      }
      for (column, value) in values { if let value { cells.append(CellWrite(row: place, column: column, value)) } }
    }
    for row in touched where layout[row] == nil {
      // Somebody's text that has come here since the write is not ours to take away.
      if let found = texts[row], !found.isEmpty, ownTexts.isDisjoint(with: found) { continue }
      // What was meant for a row that had no key stays; else nothing of ours belongs here.
      let own = identities.ofRow[row] == nil ? written[row] ?? [:] : [:]
      for column in columns { cells.append(CellWrite(row: row, column: column, own[column] ?? .blank)) }
    }
    return cells.sorted { $0.address < $1.address }
  }

  /// New rows are written below the last one. Should rows be inserted further up at that very moment, the last rows move to where the
  /// new ones are written, and lose their keys to them. They are known by that: their keys are nowhere, the rows above them have moved
  /// down, and where they would be stands a new row. Answers those rows with the places where they are.
  private func overwritten(_ now: RowIdentities) -> [(row: Int, place: Int)] {
    guard let firstNew = newRows.min() else { return [] }
    var shift = 0
    var found: [(Int, Int)] = []
    for (row, identity) in identities.ofRow.sorted(by: { $0.key < $1.key }) where row < firstNew {
      if let place = now.rowOf[identity] {
        shift = place - row
      } else if shift > 0, newRows.contains(row + shift), now.ofRow[row + shift] == identities.ofRow[row + shift] {
        found.append((row, row + shift))
      }
    }
    return found
  }
}

/// A row that can be recognised wherever it is now.
struct RowIdentity: Hashable, Sendable {
  var key: RowKey
  /// 0 for the first row with this key.
  var occurrence: Int
}

/// The rows of a tab that have keys, in both directions.
struct RowIdentities: Sendable {
  let ofRow: [Int: RowIdentity]
  let rowOf: [RowIdentity: Int]

  /// `keys`: by row; rows with blank keys have no identity.
  init(_ keys: [Int: RowKey]) {
    var seen: [RowKey: Int] = [:]
    var ofRow: [Int: RowIdentity] = [:]
    var rowOf: [RowIdentity: Int] = [:]
    for (row, key) in keys.sorted(by: { $0.key < $1.key }) where !key.isBlank {
      let identity = RowIdentity(key: key, occurrence: seen[key, default: 0])
      seen[key, default: 0] += 1
      ofRow[row] = identity
      rowOf[identity] = row
    }
    (self.ofRow, self.rowOf) = (ofRow, rowOf)
  }
}
