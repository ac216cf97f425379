internal import Glibc

/// What new workbooks hold.
public enum WorkbookContent: Hashable, Sendable {
  /// The three planning workbooks: all tabs with headers, drop-downs and notes, and no rows.
  case blank
  /// The same three, filled with the example company.
  case example
  /// One workbook of the example company whose rows are wrong on purpose.
  case mistakes

  var workbooks: [NewWorkbook] {
    switch self {
    case .blank: PlanningWorkbooks.blank(.example)
    case .example: PlanningWorkbooks.example(.example)
    case .mistakes: [ExampleMistakes.workbook]
    }
  }
}

/// Makes new workbook files.
public actor WorkbookCreation {
  private nonisolated let executor = BlockingExecutor("lodestar.workbook-creation")

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  public init() {}

  /// Writes workbooks into an existing folder, all of them or none; a file that is there already is never replaced.
  ///
  /// - Returns: the new files' paths.
  public func write(_ content: WorkbookContent, toFolder folder: String) throws(WorkbookError) -> [String] {
    var written: [String] = []
    do throws(WorkbookError) {
      let workbooks = content.workbooks
      for workbook in workbooks { try workbook.checkIsNew(inFolder: folder) }
      for workbook in workbooks { written.append(try workbook.write(toFolder: folder)) }
    } catch {
      for path in written { unsafe unlink(path) }
      throw error
    }
    return written
  }
}
