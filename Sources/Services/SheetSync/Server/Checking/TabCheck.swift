import Messages
import SheetSyncDomain

/// Which tabs of the catalogue a workbook has.
struct TabCheck {
  /// In the order of the catalogue, with their names in the workbook.
  private(set) var found: [(definition: TabDefinition, name: String)] = []
  private(set) var findings: [WorkbookFinding] = []

  /// `names`: the workbook's tabs that have cells.
  init(names: [String], title: String) {
    var missing: [TabDefinition] = []
    for definition in Catalogue.tabs {
      do throws(TabProblem) { found.append((definition, try definition.find(among: names, workbookTitle: title))) } catch {
        guard error.code != "missing_tab" else {
          missing.append(definition)
          continue
        }
        findings.append(WorkbookFinding("tabs", .error, tab: definition.title, error.message + "."))
      }
    }
    guard !found.isEmpty || !findings.isEmpty else {
      findings = [
        WorkbookFinding(
          "tabs", .error,
          "\(title) has no tab that Lodestar knows; it has \(names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")).")
      ]
      return
    }
    let kinds = Set(found.map(\.definition.workbook))
    for definition in missing where kinds.contains(definition.workbook) {
      findings.append(
        WorkbookFinding(
          "tabs", .warning, tab: definition.title,
          "The other tabs of \(definition.workbook.title) are there, and this one is not. Actions that need it are refused."))
    }
    guard !found.isEmpty else { return }
    findings.insert(WorkbookFinding("tabs", .info, "It has \(found.map(\.name).joined(separator: ", "))."), at: 0)
  }
}
