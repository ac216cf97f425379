import Logging
import Postgres
import Runtime
import SheetSyncDomain

/// Workbooks by what names them: a path is a file, an address a Google spreadsheet.
struct WorkbookRouting: WorkbookSource {
  let files: WorkbookFiles
  let google: GoogleWorkbooks

  func withWorkbook<Result: Sendable>(
    _ path: String, editing: Bool, _ body: (any Workbook) async throws -> Result
  ) async throws -> Result {
    guard SpreadsheetAddress.isMeant(by: path) else {
      return try await files.withWorkbook(path, editing: editing, body)
    }
    return try await google.withWorkbook(path, editing: editing, body)
  }
}

/// Google spreadsheets, through one service account.
struct GoogleWorkbooks: WorkbookSource {
  /// nil when no account is set.
  let client: SheetsClient?

  init(settings: GoogleSettings?, database: Database, sender: any HTTPSender, logger: Logger) {
    client = settings.map { settings in
      SheetsClient(
        base: settings.address,
        tokens: AccessTokens(account: settings.account, sender: sender, nowUs: { WallClock.nowMicroseconds() }), sender: sender,
        quota: QuotaBucket(
          database: database, account: settings.account.email, reads: settings.reads, writes: settings.writes, logger: logger),
        logger: logger)
    }
  }

  init(client: SheetsClient?) { self.client = client }

  func withWorkbook<Result: Sendable>(
    _ path: String, editing: Bool, _ body: (any Workbook) async throws -> Result
  ) async throws -> Result {
    try await body(try await open(path))
  }

  /// Looks a spreadsheet up by its address.
  func open(_ path: String) async throws(WorkbookError) -> GoogleWorkbook {
    guard let address = SpreadsheetAddress(path) else {
      throw WorkbookError(
        .notFound, file: path, problem: "this is no address of a Google spreadsheet",
        mend: "Copy it from the browser; right would be \(SpreadsheetAddress.beginning)ID.")
    }
    guard let client else {
      throw WorkbookError(
        .credentials, file: address.description, problem: "lodestar-sync has no Google account to read it with",
        mend: "Make a service account in Google Cloud, set LODESTAR_SYNC_GOOGLE_CREDENTIALS to the path of its JSON key, start"
          + " lodestar-sync anew, and share the spreadsheet with the account.")
    }
    return try await GoogleWorkbook.open(address, with: client)
  }
}
