internal import Glibc
internal import SheetSyncDomain

/// The errors that many places throw, so that one thing is always said in the same words.
extension WorkbookError {
  static func damaged(
    _ file: String, _ problem: String, tab: String? = nil, cell: CellAddress? = nil
  ) -> WorkbookError {
    WorkbookError(
      .damaged, file: file, tab: tab, cell: cell, problem: problem,
      mend: "Open it in LibreOffice or Excel, let it repair the file, save it and try again, or take an earlier copy.")
  }

  static func overLimit(
    _ file: String, _ problem: String, tab: String? = nil, cell: CellAddress? = nil
  ) -> WorkbookError {
    WorkbookError(
      .overLimit, file: file, tab: tab, cell: cell, problem: problem,
      mend: "Take out what is not needed, or copy the tabs that matter into a new workbook.")
  }

  static func notAWorkbook(_ file: String, _ problem: String) -> WorkbookError {
    WorkbookError(.notAWorkbook, file: file, problem: problem, mend: "Save it as an Excel workbook (.xlsx) and try again.")
  }

  /// `names`: the tabs that there are; a message bears a few of them.
  static func missingTab(_ file: String, _ tab: String, among names: [String]) -> WorkbookError {
    let known = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return WorkbookError(
      .missingTab, file: file, problem: "there is no tab \"\(tab)\"",
      mend: "Add the tab or correct its name; the workbook has \(known).")
  }

  /// `what`: what the tab is instead, after "this tab is".
  static func noCells(_ file: String, _ what: String, tab: String) -> WorkbookError {
    WorkbookError(
      .missingTab, file: file, tab: tab, problem: "this tab is \(what) and has no cells", mend: "Name a tab with cells.")
  }

  static func encrypted(_ file: String) -> WorkbookError {
    WorkbookError(
      .encrypted, file: file, problem: "the file is protected with a password",
      mend: "Save a copy without a password and use that.")
  }

  static func changedMeanwhile(_ file: String) -> WorkbookError {
    WorkbookError(
      .changedMeanwhile, file: file, problem: "somebody saved the file after it was read, so nothing was written to it",
      mend: "Repeat the action; it then works with the newer file.")
  }

  /// `cells`: those that were to be written and hold formulas, at least one.
  static func formulaInTheWay(_ file: String, at cells: [CellAddress], tab: String) -> WorkbookError {
    let others = cells.count > 1 ? " (and in \(cells.count - 1) more of the cells to write)" : ""
    return WorkbookError(
      .formulaInTheWay, file: file, tab: tab, cell: cells.first,
      problem: "a formula stands there\(others), and formulas are never overwritten",
      mend: "Take the formula out of the cell, or move the column.")
  }

  /// A call to the system that failed, told by its errno.
  static func system(_ file: String, doing action: String, errno code: Int32) -> WorkbookError {
    let (kind, problem, mend): (Kind, String, String) =
      switch code {
      case ENOENT, ENOTDIR: (.notFound, "there is no such file", "Check the path and its spelling.")
      case EACCES, EPERM:
        (
          .notAccessible, "access was refused while \(action)",
          "Give the service's user the right to read and write the file and its folder."
        )
      case EROFS: (.notAccessible, "the file system is read-only", "Put the workbook where it can be written.")
      case ENOSPC, EDQUOT: (.notAccessible, "there is no space left on the disk while \(action)", "Free some space and try again.")
      case EFBIG: (.overLimit, "the file would become too large", "Take out what is not needed.")
      case ELOOP: (.notFound, "its symbolic links lead in a circle", "Give the path of the file itself.")
      default: (.notAccessible, "\(action) failed (error \(code))", "Check the disk or the network folder, and try again.")
      }
    return WorkbookError(kind, file: file, problem: problem, mend: mend)
  }
}
