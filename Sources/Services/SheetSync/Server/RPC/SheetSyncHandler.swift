import Logging
import Messages
import Postgres
import RPC
import Runtime
import SheetSyncDomain

/// Serves lodestar.sync.v1.SheetSync.
struct SheetSyncHandler: SheetSyncService {
  static let usualPageSize = 50
  static let largestPageSize = 200

  let runner: ActionRunner
  let store: ActionStore
  let checkup: WorkbookCheckup

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
    guard request.directoryPath.hasPrefix("/"), !request.directoryPath.utf8.contains(0) else {
      throw RPCError(.invalidArgument, "directory_path \"\(request.directoryPath)\" must be the whole path of a folder, from / on.")
    }
    guard request.template != .unspecified else {
      throw RPCError(.invalidArgument, "template must be BLANK, EXAMPLE or MISTAKES.")
    }
    do {
      let lists = await runner.context.rows.dropDownLists()
      return CreateWorkbooksResponse(
        workbookPaths: try await WorkbookMaking.make(request.template, in: request.directoryPath, offering: lists))
    } catch let error as WorkbookError {
      throw RPCError(error.kind == .alreadyExists ? .alreadyExists : .failedPrecondition, error.message)
    }
  }

  func checkWorkbook(_ request: CheckWorkbookRequest, context: CallContext) async throws -> CheckWorkbookResponse {
    let path = try ActionOrder.workbook(request.workbookPath)
    return CheckWorkbookResponse(findings: try await answering(context) { try await checkup.findings(of: path) })
  }

  func describeTabs(_ request: DescribeTabsRequest, context: CallContext) async throws -> DescribeTabsResponse {
    DescribeTabsResponse(tabs: Catalogue.tabs.map(TabDescription.init))
  }

  private func answering<Answer: Sendable>(_ context: CallContext, _ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let error as PostgresError {
      context.logger.error("the database failed a call", metadata: ["error": "\(error)"])
      throw RPCError(error, of: "sync")
    }
  }
}
