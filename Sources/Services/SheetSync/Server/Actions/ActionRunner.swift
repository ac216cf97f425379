import Logging
import Messages
import Postgres
import RPC
import SheetSyncDomain
import Synchronization

/// Does actions. Once begun, an action goes to its end whether or not its caller still listens.
final class ActionRunner: Sendable {
  /// The newest events that a slow reader still gets; the last is never lost.
  private static let eventsKept = 64

  let context: ActionContext
  private let running = Mutex<Int>(0)

  init(_ context: ActionContext) {
    self.context = context
  }

  /// How long a caller waits for an end that cannot be recorded.
  static let patience: Duration = .seconds(10)
  /// Between two attempts to record one.
  static let longestPause: Duration = .seconds(2)

  /// How many actions are being done.
  var runningCount: Int { running.withLock { $0 } }

  /// Waits for the actions whose callers have gone, for a while.
  func settle(within limit: Duration) async {
    let end = ContinuousClock.now + limit
    while runningCount > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
  }

  /// Records the action and begins it. The events end with the action; a repeated idempotency key gives the action that is there.
  func start(_ order: ActionOrder) async throws -> AsyncThrowingStream<ActionEvent, any Error> {
    let startedAtUs = context.clock.nowUs()
    let run = ActionRun(
      actionRunId: ActionRunID.make(startedAtUs: startedAtUs), action: order.name.rawValue, workbookPath: order.path,
      tab: order.tab?.title ?? "", status: .running, actor: order.actor, startedAtUs: startedAtUs)
    let (events, continuation) = AsyncThrowingStream<ActionEvent, any Error>.makeStream(
      bufferingPolicy: .bufferingNewest(Self.eventsKept))
    if let earlier = try await context.store.begin(
      run, of: order.request, idempotencyKey: order.request.idempotencyKey, binds: order.name.usesWorkbook)
    {
      continuation.yield(ActionEvent(event: .actionRun(earlier)))
      continuation.finish()
      return events
    }
    running.withLock { $0 += 1 }
    // Files block their thread, and the caller's may be an event loop: actions have threads of their own.
    Task.detached(executorPreference: globalConcurrentExecutor) { [self] in
      do {
        try await perform(order, run, tell: { continuation.yield($0) }, leave: { continuation.finish(throwing: $0) })
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
      running.withLock { $0 -= 1 }
    }
    return events
  }

  private func perform(
    _ order: ActionOrder, _ run: ActionRun, tell: @escaping @Sendable (ActionEvent) -> Void, leave: (RPCError) -> Void
  ) async throws {
    let journal = ActionJournal(run, store: context.store, clock: context.clock, tell: tell)
    let ending: ActionEnding
    do {
      ending = try await WorkbookCosts.$current.withValue(journal.costs) { try await perform(order, journal) }
    } catch {
      ending = Self.ending(failure(error, run))
    }
    try await finish(journal, ending, leave: leave)
  }

  /// Records the end of an action, again and again while the database is away: until it is recorded the action counts as being done, for
  /// as long as this program lives. `leave` sends the caller away, who has waited long enough.
  private func finish(_ journal: ActionJournal, _ ending: ActionEnding, leave: (RPCError) -> Void) async throws {
    let beganAt = ContinuousClock.now
    var pause = Duration.milliseconds(100)
    while true {
      do {
        return try await journal.finish(ending)
      } catch let error as PostgresError {
        context.logger.error(
          "the end of an action could not be recorded",
          metadata: ["action_run_id": "\(journal.run.actionRunId)", "error": "\(error)"])
        let told = RPCError(.unavailable, "\(ending.message) The end of this action could not be recorded: \(error.publicMessage).")
        guard error.isUnavailable, error.kind != .closed else { throw told }
        if ContinuousClock.now - beganAt > Self.patience { leave(told) }
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private func perform(_ order: ActionOrder, _ journal: ActionJournal) async throws -> ActionEnding {
    let request = order.request
    switch order.name {
    case .saveSelected:
      guard let definition = order.tab else { throw ActionFailure.mistake }
      return try await SaveAction(
        context: context, journal: journal, path: order.path, definition: definition, scope: order.scope, keys: request.keys
      ).perform()
    case .runSelectedCandidates, .runAllCandidates:
      return try await OptimizeAction(
        context: context, journal: journal, path: order.path, selectedOnly: order.name == .runSelectedCandidates, request: request
      ).perform()
    case .writeResults:
      return try await WriteResultsAction(context: context, journal: journal, path: order.path).perform(
        runID: request.runId, scenarioName: request.scenarioName, constraintSetName: request.constraintSetName)
    case .preview:
      guard let definition = order.tab else { throw ActionFailure.mistake }
      return try await PreviewAction(
        context: context, journal: journal, path: order.path, definition: definition, scope: order.scope, keys: request.keys
      ).perform()
    case .refresh:
      return try await RefreshAction(context: context, journal: journal, path: order.path, definition: order.tab).perform()
    case .cancel:
      return try await CancelAction(context: context, journal: journal).perform(
        runID: request.runId, scenarioName: request.scenarioName, constraintSetName: request.constraintSetName)
    case .suggestMetricChains:
      return try await SuggestAction(
        context: context, journal: journal, path: order.path, scope: order.scope, keys: request.keys
      ).perform()
    }
  }

  /// What a person is told of an error that ended an action.
  private func failure(_ error: any Error, _ run: ActionRun) -> ActionFailure {
    if let error = error as? PostgresError {
      context.logger.error("the database failed an action", metadata: ["action_run_id": "\(run.actionRunId)", "error": "\(error)"])
    }
    if let failure = ActionFailure(foreseen: error) { return failure }
    context.logger.error("an action failed", metadata: ["action_run_id": "\(run.actionRunId)", "error": "\(error)"])
    return .mistake
  }

  private static func ending(_ failure: ActionFailure) -> ActionEnding {
    let finding = RowFinding(rowNumber: 0, severity: .error, code: failure.code, message: failure.message)
    return ActionEnding(status: .failed, message: failure.message + ".", messages: ActionEnding.messages([finding]))
  }
}

extension ActionName {
  /// Whether the action does something with the workbook that is worth remembering: a preview leaves no trace, and to cancel a run the
  /// workbook is not even opened.
  fileprivate var usesWorkbook: Bool { self != .preview && self != .cancel }
}
