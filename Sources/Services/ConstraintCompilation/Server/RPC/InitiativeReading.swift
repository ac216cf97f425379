import ConstraintCompilationDomain
import Messages
import Postgres
import RPC

/// Initiatives for other services: listed, fetched and watched.
extension ConstraintCompilationHandler {
  /// Initiatives of one page.
  static let longestPage = 5000
  /// Initiatives that a watcher is sent from one reading. Between two readings it holds nothing, so that a slow one costs only its own
  /// time.
  static let watchedAtOnce = 200

  func listInitiatives(_ request: ListInitiativesRequest, context: CallContext) async throws -> ListInitiativesResponse {
    guard request.pageSize <= Self.longestPage else {
      throw RPCError(.invalidArgument, "page_size is \(request.pageSize); it must be 0 to \(Self.longestPage).")
    }
    guard request.pageToken.isEmpty || request.pageSize > 0 else {
      throw RPCError(.invalidArgument, "page_token is set and page_size is not; send the page_size of the first page.")
    }
    guard !request.pageToken.contains("\0") else {
      throw RPCError(.invalidArgument, "page_token is none of this service's; send the next_page_token of the answer before.")
    }
    try checkCount(ofInitiativeKeys: request.initiativeKeys)
    return try await answering(context) {
      let list = try await store.initiatives(
        request.initiativeKeys, pageSize: Int(request.pageSize), after: request.pageToken, deadline: context.deadline)
      return ListInitiativesResponse(
        initiatives: list.initiatives.map { Initiative($0.initiative, chain: $0.chain) }, nextPageToken: list.next,
        cursor: Int64(list.cursor))
    }
  }

  func getInitiative(_ request: GetInitiativeRequest, context: CallContext) async throws -> Initiative {
    try require(request.initiativeKey, "initiative_key")
    return try await answering(context) {
      let found = try await store.initiatives([request.initiativeKey], deadline: context.deadline).initiatives
      if let read = found.first { return Initiative(read.initiative, chain: read.chain) }
      let keys = try await store.initiativeKeys(deadline: context.deadline)
      throw RPCError(
        .notFound,
        "initiative_key \"\(request.initiativeKey)\" is not an initiative of Central Backlog\(KeyBook.hint(for: request.initiativeKey, among: keys))"
      )
    }
  }

  func watchInitiatives(
    _ request: WatchInitiativesRequest, context: CallContext, responses: ResponseWriter<InitiativeChange>
  ) async throws {
    guard request.afterCursor >= 0 else {
      throw RPCError(
        .invalidArgument, "after_cursor is \(request.afterCursor); cursors count from 1, and 0 means that none was seen.")
    }
    // Asked for before the first look, so that no change falls in between.
    var news = store.database.listen(PlanningStore.initiativeChannel).makeAsyncIterator()
    try await checkKnown(request.afterCursor, context)
    var place = Int(request.afterCursor)
    while true {
      let changes = try await answering(context) {
        try await store.initiativeChanges(after: place, atMost: Self.watchedAtOnce, deadline: context.deadline)
      }
      for change in changes {
        try await responses.write(
          InitiativeChange(cursor: Int64(change.number), initiative: Initiative(change.read.initiative, chain: change.read.chain)))
        place = change.number
      }
      if changes.count < Self.watchedAtOnce, await news.next() == nil { return }
    }
  }

  private func checkKnown(_ cursor: Int64, _ context: CallContext) async throws {
    let newest = try await answering(context) { try await store.newestInitiativeChange(deadline: context.deadline) }
    guard cursor <= newest else {
      throw RPCError(
        .outOfRange,
        "after_cursor is \(cursor), but the newest is \(newest): it is another database's, or this one was restored to an earlier state; begin with 0."
      )
    }
  }
}
