import Messages
import SheetSyncDomain

/// Compares the rows of a tab with what is stored, going by what their owner said would become of each.
struct PreviewComparison {
  let comparison: RowComparison

  init(_ rows: SavedRows, _ outcome: SaveOutcome, stored: [ComparableRow]) {
    let definition = rows.reading.definition
    let blank = definition.name.blankRow?.texts ?? []
    let fates = RowFates(outcome, rows.parcel)
    // The owner judged the readable rows; the others keep their stored selves.
    let typed = rows.parcel.readable.compactMap { definition.name.compared($0)?.comparable }.filter { fates.isStored($0) }
    let named = Set((rows.parcel.readable + rows.parcel.unreadable).compactMap { definition.name.compared($0)?.comparable.key })
    comparison = RowComparison(
      blank.compactMap { definition.column($0.column) }, typed: Self.withVersions(typed, stored, definition.name), stored: stored,
      named: named, blank: blank.map(\.text), removal: Self.removal(rows, outcome, definition, fates),
      most: PreviewAction.mostChanges, changing: fates.isChanging)
  }

  /// A blank metric_version means the one that the KPI has.
  private static func withVersions(_ typed: [ComparableRow], _ stored: [ComparableRow], _ tab: TabName) -> [ComparableRow] {
    guard tab == .metricsConfig, let columns = tab.blankRow?.texts.map(\.column),
      let metric = columns.firstIndex(of: "metric_key"), let version = columns.firstIndex(of: "metric_version")
    else { return typed }
    let before = Dictionary(stored.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    return typed.map { row in
      var row = row
      if row.texts[version].isEmpty, let old = before[row.key],
        CellText.folded(old.texts[metric]) == CellText.folded(row.texts[metric])
      {
        row.texts[version] = old.texts[version]
      }
      return row
    }
  }

  /// What the owner takes away; nil when it says that it takes nothing.
  private static func removal(
    _ rows: SavedRows, _ outcome: SaveOutcome, _ definition: TabDefinition, _ fates: RowFates
  ) -> RowComparison.Removal? {
    guard outcome.counts.removed > 0 else { return nil }
    let groupColumns =
      switch definition.name {
      case .metricsConfig: 0
      case .kpiContributions: 1
      case .constraints, .targets: 2
      default: Int.max
      }
    let kept = fates.kept(rows.parcel, definition.name).map { RowKey(Array($0.folded.prefix(groupColumns))) }
    // A tab that is not right yet takes nothing away that it does not name: the name may be what is wrong.
    let isRight = fates.failed.isEmpty && rows.parcel.unreadable.isEmpty
    return RowComparison.Removal(
      groupColumns: groupColumns, takesAbsentGroups: isRight, keptGroups: Set(kept))
  }
}

/// What the owner of rows would make of each.
private struct RowFates {
  let failed: Set<Int>
  private let reserved: Set<Int>
  private let unchanged: Set<Int>
  /// Whether a row's number is enough to know it by; KPI_Contributions in its wide form has several rows of one number.
  private let isEachNumberOneRow: Bool

  init(_ outcome: SaveOutcome, _ parcel: RowParcel) {
    failed = Set(outcome.findings.lazy.filter { $0.severity == .error && $0.rowNumber > 0 }.map(\.rowNumber))
    reserved = Set(outcome.findings.lazy.filter { $0.severity == .info && RowStatus.isReservation($0.message) }.map(\.rowNumber))
    unchanged = Set(outcome.findings.lazy.filter { $0.code == "unchanged" }.map(\.rowNumber))
    isEachNumberOneRow = Set(parcel.readable.map(\.number)).count == parcel.readable.count
  }

  func isStored(_ row: ComparableRow) -> Bool { !failed.contains(row.number) && !reserved.contains(row.number) }

  func isChanging(_ row: ComparableRow) -> Bool? {
    isEachNumberOneRow ? !unchanged.contains(row.number) : nil
  }

  /// The keys of rows that would not be stored: their groups keep what they have.
  func kept(_ parcel: RowParcel, _ tab: TabName) -> [RowKey] {
    let refused = parcel.readable.filter { failed.contains($0.number) || reserved.contains($0.number) }
    return (refused + parcel.unreadable).compactMap { tab.compared($0)?.comparable.key }
  }
}
