import Logging
import MetricGovernanceDomain
import Postgres
import RPC
import Synchronization

/// The registry in memory, as new as the database: what is asked for is answered from here, also while PostgreSQL is away.
///
/// Readers take a lock for the time of two look-ups in tables; there is one writer at a time, which takes it for as long as a revision's
/// changes need. What they get to hold never changes.
final class LiveRegistry: Sendable {
  let database: Database
  private let logger: Logger
  private let state = Mutex<LiveState?>(nil)
  /// The reading under way, which others wait for instead of reading as well.
  private let refreshing = Mutex<Task<Void, any Error>?>(nil)
  let changes = ChangeLog()

  init(database: Database, logger: Logger) {
    self.database = database
    self.logger = logger
  }

  // MARK: Reading

  /// What was found, and what the answer has to say of how new it is.
  struct Found {
    var metric: LiveMetric?
    /// 0 for no pin.
    var pin: Int32
    var freshness: Freshness
  }

  struct Freshness {
    var revision: Int64
    /// Since the database last confirmed it.
    var ageMilliseconds: UInt64
    /// By the database's clock.
    var now: Instant

    fileprivate init(_ state: borrowing LiveState, at now: Int64) {
      revision = state.revision
      ageMilliseconds = UInt64(max(0, now - state.confirmedAt)) / 1_000
      self.now = Instant(microseconds: now + state.clockOffset)
    }
  }

  func find(key: UnsafeRawBufferPointer, dashboard: UnsafeRawBufferPointer?) throws(RPCError) -> Found {
    let now = SteadyTime.now()
    let found: Found? = state.withLock { state in
      guard state != nil else { return nil }
      let found = unsafe state!.find(key: key, dashboard: dashboard)
      return Found(metric: found?.metric, pin: found?.pin ?? 0, freshness: Freshness(state!, at: now))
    }
    guard let found else { throw Self.notReady }
    return found
  }

  /// The metric of that key, or nil.
  func metric(_ key: String) throws(RPCError) -> (metric: LiveMetric?, freshness: Freshness) {
    try reading { $0.metric(key) }
  }

  func freshness() throws(RPCError) -> Freshness { try reading { _ in }.freshness }

  /// All metrics behind a key, in the order of their keys; every one for nil.
  func metrics(behind key: MetricKey?) throws(RPCError) -> (metrics: LiveMetrics, freshness: Freshness) {
    try reading { state in
      let start = key.map { key in
        let place = state.place(of: key)
        return place < state.inOrder.count && state.metrics[Int(state.inOrder[place])]!.key == key ? place + 1 : place
      }
      return LiveMetrics(metrics: state.metrics, inOrder: state.inOrder[(start ?? 0)...])
    }
  }

  /// A key that is spelt nearly like that.
  func nearestKey(to key: String) -> String? {
    guard let all = try? metrics(behind: nil).metrics else { return nil }
    return NearestKey.find(key, among: all.keys)
  }

  /// Everything in words, for tests.
  var outline: [String] { state.withLock { $0?.outline ?? [] } }

  private func reading<Answer>(_ body: (borrowing LiveState) -> Answer) throws(RPCError) -> (Answer, freshness: Freshness) {
    let now = SteadyTime.now()
    let answer = state.withLock { state -> (Answer, freshness: Freshness)? in
      guard state != nil else { return nil }
      return (body(state!), Freshness(state!, at: now))
    }
    guard let answer else { throw Self.notReady }
    return answer
  }

  private static let notReady = RPCError(
    .unavailable,
    "The registry has not been read yet: this instance has only just started, or has not reached its database; try again.")

  // MARK: Following

  /// Reads the registry for the first time. The journal is open before anything is answered: a use that is noted in memory alone would be
  /// lost with this process.
  func open(noting uses: UsageJournal) async throws {
    let head = try await database.transaction(isolation: .readOnlySnapshot) { try await ReadRegistryHead.read(in: $0) }
    try uses.open(registryID: head.registryID)
    try await refresh()
  }

  /// Returns when this instance knows at least that revision, so that a caller reads what it wrote; or when the database cannot be read,
  /// of which the next answers' age tells.
  func catchUp(to revision: Int64) async {
    do {
      while (state.withLock { $0?.revision ?? -1 }) < revision { try await refresh() }
    } catch {
      logger.warning("the registry could not be read behind a change", metadata: ["error": "\(error)"])
    }
  }

  /// Makes memory as new as the database was when this was called. One reading at a time; who comes meanwhile waits for a reading that
  /// began later.
  func refresh() async throws {
    let running = refreshing.withLock { $0 }
    if let running { _ = await running.result }
    let (task, isMine) = refreshing.withLock { task -> (Task<Void, any Error>, Bool) in
      if let task, task != running { return (task, false) }
      let mine = Task { try await readBehind() }
      task = mine
      return (mine, true)
    }
    let result = await task.result
    if isMine { refreshing.withLock { if $0 == task { $0 = nil } } }
    try result.get()
  }

  private func readBehind() async throws {
    let limit = ContinuousClock.now.advanced(by: .seconds(30))
    let askedAt = SteadyTime.now()
    let known = state.withLock { state in state.map { ($0.revision, $0.registryID) } }
    guard let head = try await database.fetchFirst(ReadRegistryHead(), deadline: limit) else { throw ReadRegistryHead.missing }
    guard let known, known.1 == head.registryID, known.0 <= head.revision else { return try await readAll() }
    if known.0 == head.revision { return confirm(askedAt, head.now) }
    guard let news = try await RegistryNews.read(behind: known.0, from: database, deadline: limit) else {
      return try await readAll()
    }
    state.withLock { state in
      for metric in news.metrics { state?.set(metric) }
      for pin in news.pins { state?.setPin(tenant: pin.tenant, dashboard: pin.dashboard, metric: pin.metric, version: pin.version) }
      state?.revision = news.head.revision
      state?.confirm(askedAt, news.head.now)
    }
    changes.append(news.revisions, behind: known.0)
  }

  private func confirm(_ askedAt: Int64, _ now: Instant) { state.withLock { $0?.confirm(askedAt, now) } }

  /// Reads the whole registry, for the first time or because what is known cannot be continued: another database, an older one, too much.
  private func readAll() async throws {
    let loaded = try await RegistryLoad.read(from: database)
    logger.info(
      "the registry was read",
      metadata: ["revision": "\(loaded.revision)", "metrics": "\(loaded.inOrder.count)", "pins": "\(loaded.pinCount)"])
    state.withLock { $0 = loaded }
    changes.restart(at: loaded.revision)
    // While it was read it may have changed.
    try await readBehind()
  }
}

extension LiveState {
  fileprivate mutating func confirm(_ askedAt: Int64, _ now: Instant) {
    confirmedAt = askedAt
    clockOffset = now.microseconds - SteadyTime.now()
  }
}

/// Metrics in the order of their keys, as they were at one revision.
struct LiveMetrics: Sendable {
  fileprivate let metrics: [LiveMetric?]
  fileprivate let inOrder: ArraySlice<UInt32>

  var all: some Sequence<LiveMetric> { inOrder.lazy.map { metrics[Int($0)]! } }
  var keys: some RandomAccessCollection<String> { inOrder.lazy.map { metrics[Int($0)]!.key.text } }
}
