import Messages
import Postgres

/// What the service remembers of its actions.
struct ActionStore: Sendable {
  let database: Database
  let instance: String

  /// Records an action before it starts, and that its workbook was used, unless it is one that changes nothing about it (`binds` is
  /// false). Answers the action that is there when the idempotency key was used before.
  func begin(
    _ run: ActionRun, of request: RunActionRequest? = nil, idempotencyKey: String, binds: Bool = true
  ) async throws -> ActionRun? {
    let key = idempotencyKey.isEmpty ? nil : idempotencyKey
    let made = try await database.transaction { transaction in
      let inserted = try await transaction.fetchFirst(
        InsertActionRun(run: run, instance: instance, idempotencyKey: key, request: request))
      guard inserted != nil else { return false }
      if binds { try await transaction.execute(BindWorkbook(path: run.workbookPath, actor: run.actor).statement) }
      return true
    }
    guard !made, let key else { return nil }
    return try await database.fetchFirst(ActionRunByIdempotencyKey(key: key))
  }

  func saveProgress(_ run: ActionRun) async throws {
    try await database.execute(ActionRunRow.updateProgress(run))
  }

  /// Ends an action, and with it what was owed to its workbook by these actions.
  func finish(_ run: ActionRun, settled actionRunIDs: [String]) async throws {
    var statements = [ActionRunRow.update(run)]
    if !actionRunIDs.isEmpty { statements.append(ForgetUnfinishedWrites(actionRunIDs: actionRunIDs).statement) }
    _ = try await database.unit(statements)
  }

  func settle(_ actionRunIDs: [String]) async throws {
    try await database.execute(ForgetUnfinishedWrites(actionRunIDs: actionRunIDs).statement)
  }

  func keep(_ write: UnfinishedWrite) async throws {
    try await database.execute(KeepUnfinishedWrite(write: write).statement)
  }

  func unfinishedWrites(of path: String) async throws -> [UnfinishedWrite] {
    try await database.fetch(UnfinishedWritesOfWorkbook(path: path))
  }

  func owedWorkbooks() async throws -> [String] {
    try await database.fetch(OwedWorkbooks())
  }

  /// What the tab's headers looked like before; nil the first time.
  func exchangeFingerprint(path: String, tab: String, _ fingerprint: String) async throws -> String? {
    try await database.fetchFirst(ExchangeFingerprint(path: path, tab: tab, fingerprint: fingerprint))
  }

  /// What the tab's headers looked like at the last save; nil when there was none.
  func fingerprint(path: String, tab: String) async throws -> String? {
    try await database.fetchFirst(FingerprintOfTab(path: path, tab: tab))
  }

  func seenHeads(of path: String) async throws -> SeenHeads {
    SeenHeads(try await database.fetch(SeenHeadsOfWorkbook(path: path)))
  }

  /// Gives what the workbook has seen, and forgets it until it is kept anew: a save that dies on the way may have moved the sets itself, and
  /// the next one must not be refused for that.
  func takeSeenHeads(of path: String) async throws -> SeenHeads {
    SeenHeads(try await database.fetch(TakeSeenHeads(path: path)))
  }

  func keepSeenHeads(_ heads: SeenHeads, of path: String) async throws {
    let list = heads.list
    guard !list.isEmpty else { return }
    try await database.execute(KeepSeenHeads(path: path, heads: list).statement)
  }

  /// The runs that actions have written to a workbook, the one written last first.
  func runsWritten(to path: String) async throws -> [String] {
    try await database.fetch(RunsWritten(path: path))
  }

  func actionRun(_ id: String) async throws -> ActionRun? {
    try await database.fetchFirst(ActionRunByID(id: id))
  }

  func newest(after token: PageToken?, limit: Int) async throws -> [ActionRun] {
    try await database.fetch(NewestActionRuns(after: token, limit: limit))
  }

  /// Says that this program is alive.
  func renewLease(seconds: Int) async throws {
    try await database.execute(RenewLease(instance: instance, seconds: seconds).statement)
  }

  /// The programs that actions say they are done by.
  func busyInstances() async throws -> [BusyInstances.Instance] {
    try await database.fetch(BusyInstances())
  }

  /// Ends actions of programs that are dead; `ending` says with which words.
  func endActions(of instances: [String], ending: (ActionRun) -> ActionRun) async throws -> [ActionRun] {
    try await database.transaction { transaction in
      let ended = try await transaction.fetch(RunningActionRuns(instances: instances)).map(ending)
      for run in ended { try await transaction.execute(ActionRunRow.update(run)) }
      let unsettled = ended.filter(InterruptedSave.isUnsettled).map(\.actionRunId)
      if !unsettled.isEmpty { try await transaction.execute(MarkUnsettled(actionRunIDs: unsettled).statement) }
      return ended
    }
  }

  /// Saves that died while their rows were sent, but for those that rest, the oldest first.
  func unsettledSaves(except resting: [String] = []) async throws -> [InterruptedSave] {
    try await database.fetch(UnsettledSaves(resting: resting))
  }

  func settle(_ save: InterruptedSave) async throws {
    try await database.execute(SettleSave(actionRunID: save.run.actionRunId).statement)
  }

  func forgetOldThings() async throws {
    _ = try await database.unit([ForgetDeadInstances().statement, ForgetOldUnfinishedWrites().statement])
  }
}
