import Messages
import SheetSyncDomain

/// Where the constraint sets stood that a workbook has rows of, when these were last saved or previewed there. A save of its rows is made
/// against that: a set that somebody saved elsewhere since is not overwritten, and its rows say so. A preview shows what is stored, and so
/// makes it seen. (Requirement R72)
struct SeenHeads: Sendable {
  private var revisions: [RowKey: String] = [:]

  init(_ heads: [SeenHead] = []) {
    for head in heads { revisions[head.set] = head.revision }
  }

  /// Whether the rows of a tab make constraint sets.
  static func concern(_ tab: TabName) -> Bool { tab == .constraints || tab == .targets }

  /// Nil for a set that the workbook has not seen.
  func revision(of set: RowKey) -> String? { revisions[set] }

  var expected: [ExpectedHead] {
    list.map { ExpectedHead(scenarioName: $0.set.folded[0], constraintSetName: $0.set.folded[1], revision: $0.revision) }
  }

  /// In the order of their names.
  var list: [SeenHead] {
    revisions.map { SeenHead($0.key, $0.value) }.sorted { $0.set.folded.lexicographicallyPrecedes($1.set.folded) }
  }

  /// After a save: where it left the sets that it compiled; the others as they were seen before it, however they stand.
  func after(_ outcome: SaveOutcome) -> SeenHeads {
    // A set whose last row the save took away is none that the next one is made against. Which ones went is not told.
    var seen = outcome.counts.removed == 0 ? self : SeenHeads(list.filter { head in outcome.sets.contains { $0.key == head.set } })
    for set in outcome.sets where set.compiled { seen.revisions[set.key] = set.revision }
    return seen
  }

  /// After a preview of all rows of a tab, or of some: where the sets stand that it showed.
  func after(preview outcome: SaveOutcome, ofAll: Bool) -> SeenHeads {
    // What a preview of all rows does not name is no more the workbook's, as far as that tab goes; and so no old sight of a set stays that no
    // preview could renew.
    var seen = ofAll ? SeenHeads() : self
    for set in outcome.sets { seen.revisions[set.key] = set.head }
    return seen
  }

  /// The sets of a preview that stand elsewhere than where the workbook saw them last.
  func moved(in outcome: SaveOutcome) -> [SetOutcome] {
    outcome.sets.filter { set in revisions[set.key].map { $0 != set.head } ?? false }
  }
}

extension SetOutcome {
  fileprivate var key: RowKey { RowKey([scenarioName, constraintSetName]) }
}

extension SaveOutcome {
  /// What to do about sets that were saved elsewhere meanwhile; nil when none was.
  func wayOut(of tab: String) -> RowFinding? {
    guard findings.contains(where: { $0.code == "head_moved" }) else { return nil }
    return RowFinding(
      rowNumber: 0, severity: .info, code: "preview_first",
      message: "pm.preview of \(tab) shows what is stored now and what this tab would change of it; a save after it goes through")
  }
}
