/// What is to be written to a tab: cells of Lodestar's own columns, nothing else.
public struct PlannedWrites: Hashable, Sendable {
  /// The tab's name as the workbook spells it.
  public var tab: String
  public var cells: [CellWrite] = []
  /// Columns that had something to write and are not in the sheet.
  public var absentColumns: Set<String> = []
  /// Cells left alone because a formula stands in them.
  public var formulaCells = 0
  public var rowsAdded = 0

  public init(tab: String) { self.tab = tab }

  /// As the workbook takes it. A formula that was put there since the tab was read is left alone as well.
  public var tabWrites: TabWrites { TabWrites(tab: tab, writes: cells, onFormula: .skip) }
}

/// A row to be brought up to date, or added when the tab has none with its key.
public struct RecordWrite: Hashable, Sendable {
  /// The values of the tab's key columns, in their order.
  public var key: RowKey
  /// By canonical column name.
  public var values: [String: WrittenValue]

  public init(key: RowKey, values: [String: WrittenValue]) {
    self.key = key
    self.values = values
  }
}

/// Plans writes to one tab. Whatever it is asked to write, the plan has cells of columns that Lodestar owns only, and none that
/// holds a formula; people's columns stay as they are.
public struct TabWriter: Sendable {
  public let header: ResolvedHeader
  public let table: SheetTable
  /// What updated_source and updated_at say.
  private let stamps: [String: WrittenValue]
  /// The columns that Lodestar writes, and where they stand.
  private let ownColumns: [(name: String, place: Int?)]

  /// `table`: the tab as it is now; its header has to be `header`. `source` and `now`: what updated_source and updated_at say.
  public init(_ header: ResolvedHeader, table: SheetTable, source: String, now: DateSerial) {
    self.header = header
    self.table = table
    stamps = ["updated_source": .text(source), "updated_at": .date(now)]
    ownColumns = header.definition.columns.filter(\.isWrittenByLodestar).map { ($0.name, header.column($0.name)) }
  }

  /// run_status and the stamps of rows, by their numbers.
  public func statuses(_ statuses: [(rowNumber: Int, status: String)]) -> PlannedWrites {
    var plan = PlannedWrites(tab: header.tab)
    plan.cells.reserveCapacity(statuses.count * 3)
    for (number, status) in statuses where number > header.rowNumber {
      write(stamped(["run_status": .text(status)]), to: number, into: &plan)
    }
    return plan
  }

  /// Brings rows up to date by their keys, and adds those that are not there below the last row. Rows with keys that `records` lacks
  /// get what `outdated` says of them, if anything; a row with the key of one above it is told so. Of records with one key the first
  /// counts.
  public func records(
    _ records: [RecordWrite], outdated: (RowKey, _ cell: (String) -> CellValue) -> [String: WrittenValue]? = { _, _ in nil }
  ) -> PlannedWrites {
    var plan = PlannedWrites(tab: header.tab)
    var numbers: [RowKey: Int] = [:]
    var lastNumber = header.rowNumber
    var wanted: Set<RowKey> = []
    for record in records { wanted.insert(record.key) }
    for row in table.rows where row.number > header.rowNumber {
      lastNumber = row.number
      let key = header.key(of: row)
      guard !key.isBlank else { continue }
      if wanted.contains(key) {
        guard let first = numbers[key] else {
          numbers[key] = row.number
          continue
        }
        let status = "FAILED: row \(first) has the same key and is the one that is kept up to date; delete this row"
        write(stamped(["run_status": .text(status)]), to: row.number, into: &plan)
      } else if let values = outdated(key, { name in header.column(name).map { row[$0] } ?? .blank }) {
        write(stamped(values), to: row.number, into: &plan)
      }
    }
    var done: Set<RowKey> = []
    for record in records where done.insert(record.key).inserted {
      if let number = numbers[record.key] {
        write(stamped(record.values), to: number, into: &plan)
        continue
      }
      lastNumber += 1
      numbers[record.key] = lastNumber
      plan.rowsAdded += 1
      var values = record.values
      for (name, part) in zip(header.definition.keyColumns, record.key.parts) where !part.isEmpty { values[name] = .text(part) }
      write(stamped(values), to: lastNumber, into: &plan)
    }
    return plan
  }

  private func stamped(_ values: [String: WrittenValue]) -> [String: WrittenValue] {
    stamps.merging(values) { stamp, _ in stamp }
  }

  func write(_ values: [String: WrittenValue], to number: Int, into plan: inout PlannedWrites) {
    let row = table.row(number)
    for (name, place) in ownColumns {
      guard let value = values[name] else { continue }
      guard let place else {
        plan.absentColumns.insert(name)
        continue
      }
      if let row, row[place].isFormula {
        plan.formulaCells += 1
        continue
      }
      plan.cells.append(CellWrite(row: number, column: place, value))
    }
  }
}
