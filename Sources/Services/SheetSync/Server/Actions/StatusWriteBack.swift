import SheetSyncDomain

/// Puts statuses into a workbook: those just decided, and those that it is owed from before.
struct StatusWriteBack {
  /// What became of the statuses.
  struct Report {
    /// The actions whose statuses are in the workbook, or have no place there any more.
    var settled: [String] = []
    var rowsWritten = 0
    /// Rows whose keys are not there any more.
    var rowsGone = 0
    /// Columns of Lodestar's own that a tab does without.
    var absentColumns: Set<String> = []
    var formulaCells = 0
  }

  /// The tabs that this action has read already, by their names; they are as the open workbook has them.
  var tables: [String: SheetTable] = [:]

  /// Writes all of them in one atomic replacement of the file, and not before `isReady` returns. Where two are about one row, the later
  /// counts.
  mutating func write(
    _ writes: [UnfinishedWrite], to workbook: any Workbook, once isReady: @Sendable () async -> Void = {}
  ) async throws -> Report {
    var report = Report()
    var cells: [String: [CellWrite]] = [:]
    var claimed: [String: Set<Int>] = [:]
    for write in writes.sorted(by: { $0.decidedAtUs > $1.decidedAtUs }) {
      report.settled.append(write.actionRunID)
      guard let definition = Catalogue.tab(spelt: write.tab), let table = try await table(write.tab, of: workbook),
        let header = try? ResolvedHeader(definition, of: table)
      else {
        report.rowsGone += write.rows.count
        continue
      }
      let writer = TabWriter(
        header, table: table, source: write.source,
        now: DateSerial(microsecondsSince1970: write.decidedAtUs / 1_000_000 * 1_000_000))
      var statuses: [(rowNumber: Int, status: String)] = []
      var places = RowPlaces(header, table)
      for row in write.rows {
        guard let number = places.find(row) else {
          report.rowsGone += 1
          continue
        }
        if claimed[table.tab, default: []].insert(number).inserted { statuses.append((number, row.status)) }
      }
      let plan = writer.statuses(statuses)
      cells[table.tab, default: []] += plan.cells
      report.rowsWritten += plan.absentColumns.contains("run_status") ? 0 : statuses.count
      report.absentColumns.formUnion(plan.absentColumns)
      report.formulaCells += plan.formulaCells
    }
    let tabs = cells.filter { !$0.value.isEmpty }.map { TabWrites(tab: $0.key, writes: $0.value, onFormula: .skip) }
    if !tabs.isEmpty { try await workbook.write(tabs.sorted { $0.tab < $1.tab }, once: isReady) }
    return report
  }

  /// nil when the workbook has no such tab any more.
  private mutating func table(_ tab: String, of workbook: any Workbook) async throws -> SheetTable? {
    if let table = tables[tab] { return table }
    do throws(WorkbookError) {
      let table = try await workbook.read(tab, limits: ReadLimits(blankRows: nil))
      tables[tab] = table
      return table
    } catch {
      guard error.kind == .missingTab else { throw error }
      return nil
    }
  }
}

/// Finds the rows that statuses are about: where they were when they still are there, else where their keys are now.
private struct RowPlaces {
  private let header: ResolvedHeader
  private let table: SheetTable
  /// Made when it is needed first, which is when somebody has moved rows.
  private var numbers: [RowKey: Int]?

  init(_ header: ResolvedHeader, _ table: SheetTable) {
    self.header = header
    self.table = table
  }

  mutating func find(_ row: UnfinishedWrite.Row) -> Int? {
    let key = RowKey(row.key)
    if row.rowNumber > header.rowNumber, let there = table.row(row.rowNumber), header.key(of: there) == key {
      return row.rowNumber
    }
    if key.isBlank { return nil }
    let found = numbers ?? numbersOfKeys()
    numbers = found
    return found[key]
  }

  /// Of rows with one key, the first.
  private func numbersOfKeys() -> [RowKey: Int] {
    var numbers: [RowKey: Int] = [:]
    for row in table.rows where row.number > header.rowNumber {
      let key = header.key(of: row)
      if !key.isBlank, numbers[key] == nil { numbers[key] = row.number }
    }
    return numbers
  }
}
