import Messages
import SheetSyncDomain

/// Looks a workbook over: whatever would make an action on it fail or surprise somebody, found without changing anything.
struct WorkbookCheckup: Sendable {
  let context: ActionContext
  let google: GoogleWorkbooks

  /// In the order of the checks; one that found nothing wrong says so. `path` is that of a file, or a spreadsheet's address.
  func findings(of path: String) async throws -> [WorkbookFinding] {
    let place =
      SpreadsheetAddress.isMeant(by: path) ? await GoogleCheck(google: google, path: path).findings() : FileCheck(path).findings
    var findings = place
    // What is open elsewhere or may only be read can be looked into all the same.
    if !place.contains(where: { $0.severity == .error && !["open", "editing"].contains($0.check) }) {
      findings += try await contents(of: path)
    }
    findings.append(try await debts(of: path))
    if let running = try await self.running(on: path) { findings.append(running) }
    findings.append(try await clock())
    return findings
  }

  private func contents(of path: String) async throws -> [WorkbookFinding] {
    let fingerprints = try await context.store.fingerprints(of: path)
    do {
      return try await context.workbooks.withWorkbook(path, editing: false) { workbook in
        let names = try await workbook.tabs().filter(\.hasCells).map(\.name)
        let tabs = TabCheck(names: names, title: workbook.title)
        var headers: [WorkbookFinding] = []
        var formulas: [WorkbookFinding] = []
        for (definition, name) in tabs.found {
          do throws(WorkbookError) {
            let table = try await workbook.read(name, limits: ReadLimits(blankRows: nil))
            let check = HeaderCheck(definition, table: table, before: fingerprints[definition.title])
            headers += check.findings
            if let header = check.header { formulas += FormulaCheck(header: header, table: table).findings }
          } catch {
            headers.append(WorkbookFinding("headers", .error, tab: definition.title, error.message))
          }
        }
        if formulas.isEmpty { formulas = [WorkbookFinding("formulas", .info, "No formula is in the way.")] }
        return [WorkbookFinding("workbook", .info, "It can be read.")] + tabs.findings + headers + formulas
      }
    } catch let error as WorkbookError {
      return [WorkbookFinding("workbook", .error, error.message)]
    }
  }

  private func debts(of path: String) async throws -> WorkbookFinding {
    let owed = try await context.store.unfinishedWrites(of: path)
    let rows = owed.reduce(0) { $0 + $1.rows.count }
    guard rows > 0 else { return WorkbookFinding("statuses", .info, "No status is owed.") }
    let statuses = rows == 1 ? "1 status" : "\(rows) statuses"
    let actions = owed.map(\.actionRunID).joined(separator: ", ")
    return WorkbookFinding(
      "statuses", .warning,
      "\(statuses) of \(actions) still to be written into the workbook; the next action on it does it, lodestar refresh for one.")
  }

  private func running(on path: String) async throws -> WorkbookFinding? {
    let runs = try await context.store.runningActions(on: path)
    guard !runs.isEmpty else { return nil }
    return WorkbookFinding(
      "actions", .info, "At work on it: \(runs.map { "\($0.actionRunId) (\($0.action))" }.joined(separator: ", ")).")
  }

  /// The database's time is compared with the middle of the call that asked for it.
  private func clock() async throws -> WorkbookFinding {
    let before = context.clock.nowUs()
    let database = try await context.store.databaseNowUs()
    let after = context.clock.nowUs()
    return ClockCheck(databaseUs: database, askedFromUs: before, untilUs: after).finding
  }
}

extension WorkbookFinding {
  init(_ check: String, _ severity: Severity, tab: String = "", _ message: String) {
    self.init(check: check, severity: severity, tab: tab, message: message)
  }
}
