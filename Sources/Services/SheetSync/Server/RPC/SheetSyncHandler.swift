import Logging
import Messages
import Postgres
import RPC
import Reactor
import Runtime
import SheetSyncDomain

/// Serves lodestar.sync.v1.SheetSync.
struct SheetSyncHandler: SheetSyncService {
  static let usualPageSize = 50
  static let largestPageSize = 200

  let runner: ActionRunner
  let store: ActionStore
  let google: GoogleWorkbooks

  func runAction(_ request: RunActionRequest, context: CallContext, responses: ResponseWriter<ActionEvent>) async throws {
    let order = try ActionOrder(request)
    let events = try await answering(context) { try await runner.start(order) }
    for try await event in events { try await responses.write(event) }
  }

  func getActionRun(_ request: GetActionRunRequest, context: CallContext) async throws -> ActionRun {
    let run = try await answering(context) { try await store.actionRun(request.actionRunId) }
    guard let run else { throw RPCError(.notFound, "there is no action \"\(request.actionRunId)\".") }
    return run
  }

  func listActionRuns(_ request: ListActionRunsRequest, context: CallContext) async throws -> ListActionRunsResponse {
    let size = request.pageSize == 0 ? Self.usualPageSize : min(Int(request.pageSize), Self.largestPageSize)
    var token: PageToken?
    if !request.pageToken.isEmpty {
      guard let given = PageToken(request.pageToken) else {
        throw RPCError(.invalidArgument, "page_token is not one that an answer has given.")
      }
      token = given
    }
    var runs = try await answering(context) { [token] in try await store.newest(after: token, limit: size + 1) }
    let hasMore = runs.count > size
    if hasMore { runs.removeLast() }
    return ListActionRunsResponse(actionRuns: runs, nextPageToken: hasMore ? runs.last.map { PageToken($0).text } ?? "" : "")
  }

  func createWorkbooks(_ request: CreateWorkbooksRequest, context: CallContext) async throws -> CreateWorkbooksResponse {
    guard request.template != .unspecified else {
      throw RPCError(.invalidArgument, "template must be BLANK, EXAMPLE or MISTAKES.")
    }
    if !request.spreadsheetAddresses.isEmpty { return try await createInGoogle(request) }
    guard request.directoryPath.hasPrefix("/"), !request.directoryPath.utf8.contains(0) else {
      throw RPCError(.invalidArgument, "directory_path \"\(request.directoryPath)\" must be the whole path of a folder, from / on.")
    }
    do {
      let lists = await runner.context.rows.dropDownLists()
      return CreateWorkbooksResponse(
        workbookPaths: try await WorkbookMaking.make(request.template, in: request.directoryPath, offering: lists))
    } catch let error as WorkbookError {
      throw RPCError(error.kind == .alreadyExists ? .alreadyExists : .failedPrecondition, error.message)
    }
  }

  /// Adds the tabs of a template to spreadsheets that people made and shared: an account of a service owns no storage of its own.
  private func createInGoogle(_ request: CreateWorkbooksRequest) async throws -> CreateWorkbooksResponse {
    let workbooks = WorkbookMaking.workbooks(of: request.template, await runner.context.rows.dropDownLists())
    let names = workbooks.map { $0.fileName.split(separator: ".").first.map(String.init) ?? $0.fileName }.joined(separator: ", ")
    guard request.directoryPath.isEmpty else {
      throw RPCError(.invalidArgument, "give either directory_path or spreadsheet_addresses.")
    }
    guard request.spreadsheetAddresses.count == workbooks.count else {
      throw RPCError(
        .invalidArgument,
        "spreadsheet_addresses has \(request.spreadsheetAddresses.count) entries; right would be \(workbooks.count): \(names).")
    }
    do {
      var addresses: [String] = []
      for (address, workbook) in zip(request.spreadsheetAddresses, workbooks) {
        let spreadsheet = try await google.open(address)
        try await spreadsheet.addMissingTabs(of: workbook)
        addresses.append(spreadsheet.address.description)
      }
      return CreateWorkbooksResponse(workbookPaths: addresses)
    } catch {
      throw RPCError(error.kind == .unavailable ? .unavailable : .failedPrecondition, error.message)
    }
  }

  func checkWorkbook(_ request: CheckWorkbookRequest, context: CallContext) async throws -> CheckWorkbookResponse {
    let path = try ActionOrder.workbook(request.workbookPath)
    let checkup = WorkbookCheckup(context: runner.context, google: google)
    // Files block their thread.
    let findings = try await answering(context) { try await awayFromLoops { try await checkup.findings(of: path) } }
    return CheckWorkbookResponse(findings: findings)
  }

  func describeTabs(_ request: DescribeTabsRequest, context: CallContext) async throws -> DescribeTabsResponse {
    DescribeTabsResponse(tabs: Catalogue.tabs.map(TabDescription.init))
  }

  private func answering<Answer: Sendable>(_ context: CallContext, _ work: () async throws -> Answer) async throws -> Answer {
    try await context.answering(for: "sync", work)
  }
}
