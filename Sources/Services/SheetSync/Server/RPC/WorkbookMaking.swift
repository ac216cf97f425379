import Glibc
import Messages
import Reactor

/// Makes the workbooks that people begin with.
enum WorkbookMaking {
  /// Writes the workbooks of a template into a folder: all of them or none. Throws `WorkbookError` when a file of one's name is
  /// there already, or the folder is not. Answers the paths of the files. `lists`: what their drop-downs offer.
  static func make(_ template: WorkbookTemplate, in directory: String, offering lists: DropDownLists) async throws -> [String] {
    // Files block their thread.
    try await awayFromLoops { try write(workbooks(of: template, lists), into: directory) }
  }

  /// The workbooks of a template.
  static func workbooks(of template: WorkbookTemplate, _ lists: DropDownLists) -> [NewWorkbook] {
    switch template {
    case .unspecified: []
    case .blank: PlanningWorkbooks.blank(lists)
    case .example: PlanningWorkbooks.example(lists)
    case .mistakes: [ExampleMistakes.workbook]
    }
  }

  private static func write(_ workbooks: [NewWorkbook], into directory: String) throws -> [String] {
    var paths: [String] = []
    do {
      for workbook in workbooks { paths.append(try workbook.write(toFolder: directory)) }
      return paths
    } catch {
      // Half a set would only be in the way of the next attempt.
      for path in paths { unsafe unlink(path) }
      throw error
    }
  }
}
