import SheetSyncDomain

/// Where workbooks come from.
protocol WorkbookSource: Sendable {
  /// Opens a workbook for a while. While it is edited nobody else can: a person who has it open is named in the error.
  func withWorkbook<Result: Sendable>(
    _ path: String, editing: Bool, _ body: (any Workbook) async throws -> Result
  ) async throws -> Result
}

/// Workbooks as .xlsx files.
struct WorkbookFiles: WorkbookSource {
  func withWorkbook<Result: Sendable>(
    _ path: String, editing: Bool, _ body: (any Workbook) async throws -> Result
  ) async throws -> Result {
    let workbook = try await WorkbookFile.open(path, for: editing ? .edit : .read)
    do {
      let result = try await body(workbook)
      await workbook.close()
      return result
    } catch {
      await workbook.close()
      throw error
    }
  }
}
