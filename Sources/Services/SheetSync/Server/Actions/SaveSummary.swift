import Messages
import SheetSyncDomain

/// What a save came to: each row's status, the numbers, and a sentence about it.
struct SaveSummary {
  /// A status for each row that took part.
  let statuses: [UnfinishedWrite.Row]
  private let title: String
  private var findings: [RowFinding]
  private var counts: SaveCounts
  private let failure: ActionFailure?
  private let failedRows: [Int]
  /// Good rows that wait for others to be mended.
  private let reservedRows: Int
  /// Rows that are not to be saved as they are, though nothing is wrong: models that nobody approved, notes about no run.
  private let withheldRows: Int
  private let goodRows: Int
  /// Findings about the tab as a whole that are errors.
  private let wholeErrors: [String]

  init(_ outcome: SaveOutcome, _ parcel: RowParcel, title: String, blankRows: Int) {
    var ofRow: [Int: [RowFinding]] = [:]
    for finding in outcome.findings where finding.rowNumber > 0 { ofRow[finding.rowNumber, default: []].append(finding) }
    var keys: [Int: RowKey] = [:]
    for row in parcel.readable + parcel.unreadable where keys[row.number] == nil { keys[row.number] = row.keyInSheet }
    statuses = keys.keys.sorted().map { number in
      UnfinishedWrite.Row(rowNumber: number, key: keys[number]?.parts ?? [], status: RowStatus.text(for: ofRow[number] ?? []))
    }
    failedRows = statuses.filter { RowStatus.isFailure($0.status) }.map(\.rowNumber)
    wholeErrors = outcome.findings.filter { $0.rowNumber == 0 && $0.severity == .error }.map(\.message)
    let unsaved = statuses.count { $0.status.hasPrefix("OK (not ") }
    let isFaultless = failedRows.isEmpty && wholeErrors.isEmpty && outcome.failure == nil
    withheldRows = isFaultless ? statuses.count { $0.status.hasPrefix("OK (not saved: ") } : 0
    reservedRows = unsaved - withheldRows
    goodRows = statuses.count - failedRows.count - unsaved
    findings = outcome.findings
    failure = outcome.failure
    self.title = title
    counts = outcome.counts
    counts.rows = UInt32(statuses.count)
    counts.skipped += UInt32(blankRows)
    counts.failures = UInt32(failedRows.count + wholeErrors.count)
    counts.warnings =
      UInt32(ofRow.values.count { $0.contains { $0.severity == .warning } })
      + UInt32(findings.count { $0.rowNumber == 0 && $0.severity == .warning })
  }

  /// Tells what could not be written although there was something to write.
  mutating func note(_ report: StatusWriteBack.Report) {
    if !report.absentColumns.isEmpty {
      let columns = TabDefinition.systemColumnNames.filter(report.absentColumns.contains).joined(separator: ", ")
      note("no_status_column", "\(title) has no column \(columns), so nothing was written there for \(statuses.count) rows")
    }
    if report.rowsGone > 0 {
      note(
        "rows_gone",
        "\(report.rowsGone == 1 ? "1 status has" : "\(report.rowsGone) statuses have") no place in the workbook any more: its rows or its"
          + " headers were changed after they were read")
    }
    if report.formulaCells > 0 {
      note("formula_kept", "\(report.formulaCells) cells of Lodestar's own columns hold formulas and were left as they are")
    }
  }

  /// Tells that somebody saved the workbook after its rows were read.
  mutating func noteChange() {
    note("changed_meanwhile", "somebody saved the workbook after its rows were read; what was changed then is not saved yet")
  }

  private mutating func note(_ code: String, _ message: String) {
    findings.append(RowFinding(rowNumber: 0, severity: .info, code: code, message: message))
  }

  func ending(settled: [String]) -> ActionEnding {
    ActionEnding(
      status: status, message: sentence + ".", counts: counts, messages: ActionEnding.messages(findings), settled: settled)
  }

  /// The rows are stored, and their statuses have to wait, or are lost when they could not be kept either.
  func ending(withoutStatuses failure: ActionFailure, areKept: Bool) -> ActionEnding {
    ActionEnding(
      status: status == .ok ? .partial : status,
      message: "\(sentence). The statuses could not be written: \(failure.message). "
        + (areKept
          ? "They are kept and written by the next action on this workbook."
          : "They could not be kept either; to repeat the save is safe and writes them."),
      counts: counts, messages: ActionEnding.messages(findings))
  }

  /// What a save would come to, of which nothing was done.
  func previewEnding(changedCells: Int) -> ActionEnding {
    var parts: [String] = []
    if goodRows > 0 {
      var effects = ["change \(Self.counted(Int(counts.upserts), "row")) of \(title)", "leave \(counts.unchanged) unchanged"]
      if counts.removed > 0 { effects.append("remove \(counts.removed)") }
      parts.append("A save would \(effects.joined(separator: ", ")) (\(Self.counted(changedCells, "cell")) in all)")
    } else {
      parts.append("A save would store nothing of \(title)")
    }
    if !failedRows.isEmpty {
      parts.append("\(Self.counted(failedRows.count, "row")) would fail: \(Reservation.named(Set(failedRows)))")
    }
    if reservedRows > 0 { parts.append("\(Self.counted(reservedRows, "good row")) would have to wait") }
    if withheldRows > 0 { parts.append("\(Self.counted(withheldRows, "row")) would not be saved, as the messages say") }
    parts += wholeErrors.prefix(3)
    return ActionEnding(
      status: status, message: parts.joined(separator: ". ") + ". Nothing was saved or written.", counts: counts,
      messages: ActionEnding.messages(findings))
  }

  private static func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

  private var status: ActionStatus {
    if failedRows.isEmpty, reservedRows == 0, wholeErrors.isEmpty, failure == nil { return .ok }
    return goodRows > 0 ? .partial : .failed
  }

  private var sentence: String {
    var parts: [String] = []
    if goodRows > 0 {
      var detail = ["\(counts.upserts) changed", "\(counts.unchanged) unchanged"]
      if counts.removed > 0 { detail.append("\(counts.removed) removed") }
      let all = goodRows == statuses.count ? "\(goodRows)" : "\(goodRows) of \(statuses.count)"
      parts.append("Saved \(all) rows of \(title) (\(detail.joined(separator: ", ")))")
    } else {
      parts.append("Saved nothing of \(title)")
    }
    if !failedRows.isEmpty {
      parts.append("\(failedRows.count == 1 ? "1 row" : "\(failedRows.count) rows") failed: \(Reservation.named(Set(failedRows)))")
    }
    if reservedRows > 0 {
      parts.append("\(reservedRows == 1 ? "1 good row waits" : "\(reservedRows) good rows wait") for those to be mended")
    }
    if withheldRows > 0 {
      parts.append(
        withheldRows == 1 ? "1 row was not saved, as its status says" : "\(withheldRows) rows were not saved, as their statuses say"
      )
    }
    parts += wholeErrors.prefix(3)
    if let failure { parts.append(failure.message) }
    return parts.joined(separator: ". ")
  }
}
