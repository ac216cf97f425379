import Messages
import SheetSyncDomain

/// Formulas where Lodestar would write, which it leaves as they are, and formulas whose values nobody knows where people type.
struct FormulaCheck {
  let header: ResolvedHeader
  let table: SheetTable

  var findings: [WorkbookFinding] {
    var findings: [WorkbookFinding] = []
    for column in header.definition.columns {
      guard let place = header.column(column.name) else { continue }
      if column.isWrittenByLodestar {
        note(column, place, &findings, { $0.isFormula }) { "\($0) there stand in Lodestar's own column, and are left as they are" }
      } else if column.kind == .editable {
        note(column, place, &findings, { $0 == .formula(cached: nil) }) {
          "\($0) there have not been calculated, so that their values are unknown and their rows are refused;"
            + " open the workbook in a spreadsheet program and save it"
        }
      }
    }
    return findings
  }

  private func note(
    _ column: ColumnDefinition, _ place: Int, _ findings: inout [WorkbookFinding], _ isMeant: (CellValue) -> Bool,
    _ words: (String) -> String
  ) {
    let rows = table.rows.filter { $0.number > header.rowNumber && isMeant($0[place]) }
    guard let first = rows.first else { return }
    let count = rows.count == 1 ? "1 formula" : "\(rows.count) formulas"
    findings.append(
      WorkbookFinding(
        "formulas", .warning, tab: header.definition.title,
        "\(column.name), from \(CellAddress(row: first.number, column: place)) on: \(words(count))."))
  }
}
