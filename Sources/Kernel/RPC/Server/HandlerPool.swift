import Reactor

/// Tasks that run handlers one after the other. Belongs to its loop.
///
/// Starting a task for each call, or only waking one, would be a large part of a small call's work; so a task that has served a call takes the
/// next at once. Since a handler may wait, a second task stands by whenever calls are left behind the one that is about to be served.
final class HandlerPool: @unchecked Sendable {
  /// How many tasks wait for work. Beyond that they end.
  private static let maximumIdle = 256

  let loop: EventLoop
  let chain: InterceptorChain
  let counters = LoopCounters()
  fileprivate let home: HandlerHome
  /// Calls whose handlers have not started; those before the index have, and are gone from here.
  private var pending: [ServerCall?] = []
  private var nextPending = 0
  private var idle: [HandlerTask] = []
  /// Whether a task was woken that has not looked yet.
  private var isOneComing = false
  private var isClosed = false

  init(loop: EventLoop, chain: InterceptorChain = InterceptorChain([])) {
    self.loop = loop
    self.chain = chain
    home = HandlerHome(loop: loop)
  }

  /// Runs the call's handler soon, on the loop.
  func run(_ call: ServerCall) {
    pending.append(call)
    summonTask()
  }

  private func summonTask() {
    guard !isOneComing else { return }
    isOneComing = true
    if let task = idle.popLast() { task.wake() } else { HandlerTask(pool: self).start() }
  }

  fileprivate func hasArrived() { isOneComing = false }

  /// The call to serve now, if there is one; sees to it that others need not wait for its handler.
  fileprivate func take() -> ServerCall? {
    guard nextPending < pending.count else { return nil }
    let call = pending[nextPending].take()
    nextPending += 1
    if nextPending < pending.count {
      summonTask()
    } else {
      pending.removeAll(keepingCapacity: true)
      nextPending = 0
    }
    return call
  }

  /// Whether the task should wait for more.
  fileprivate func keeps(_ task: HandlerTask) -> Bool {
    guard !isClosed, !loop.hasStopped, idle.count < Self.maximumIdle else { return false }
    idle.append(task)
    return true
  }

  /// Ends the waiting tasks; those that run end with their call.
  func close() {
    isClosed = true
    let waiting = idle
    idle.removeAll()
    for task in waiting { task.wake() }
  }
}

/// Where handlers are isolated to: an actor whose executor is the loop.
///
/// The tasks prefer the loop as well, for two different reasons. Without the actor the runtime would enqueue a job at every return from an `await`,
/// not seeing that the task is where it wants to be; without the preference a resumed continuation would go through the global executor.
private actor HandlerHome {
  nonisolated let isolation: LoopIsolation
  private nonisolated var loop: EventLoop { isolation.loop }

  init(loop: EventLoop) { isolation = LoopIsolation(loop) }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe isolation.asUnownedSerialExecutor() }

  /// Serves calls until the task is no longer wanted.
  ///
  /// All in one function, as each return from an `await` asks the runtime whether the task is where it should be, which takes a lock. What need not be
  /// here is elsewhere: the frame of this is kept for every call that waits.
  func work(_ task: HandlerTask) async {
    repeat {
      task.hasArrived()
      while let call = task.take() {
        loop.note(activity: call.method)
        let goesOn: Bool
        do {
          try call.handlerBegins()
          if let unary = call.unaryHandler {
            goesOn = task.end(call, try await unary(UnaryExchange(call.takeRequest(), CallContext(call))).frame)
          } else {
            goesOn = task.end(call, try await call.serve())
          }
        } catch {
          goesOn = task.end(call, error)
        }
        guard goesOn else { return }
      }
    } while await task.rest()
  }
}

/// One task of a pool. What was cancelled stays cancelled, so a task whose call was cancelled ends with that call.
@safe final class HandlerTask: @unchecked Sendable {
  private let pool: HandlerPool
  private let place = ServingPlace()
  private var task: Task<Void, Never>?
  private var waiting: UnsafeContinuation<Bool, Never>?
  private var isCancelled = false

  fileprivate init(pool: HandlerPool) { self.pool = pool }

  fileprivate func start() {
    // Not at once: whoever summons a task is in the middle of something, perhaps of serving another call.
    CallContext.$place.withValue(place) {
      task = Task(executorPreference: pool.home.isolation) { [self] in await pool.home.work(self) }
    }
  }

  fileprivate func wake() {
    unsafe waiting?.resume(returning: true)
    unsafe waiting = nil
  }

  /// Cancels the call that runs.
  func cancel() {
    isCancelled = true
    task?.cancel()
  }

  fileprivate func hasArrived() { pool.hasArrived() }

  fileprivate func take() -> ServerCall? {
    guard let call = pool.take() else { return nil }
    call.task = self
    place.enter(call)
    return call
  }

  /// Hands over how a call ended: with a last frame, or none. False when the task must not serve another.
  @inline(never) fileprivate func end(_ call: ServerCall, _ frame: [UInt8]?) -> Bool { end(call, outcome: .success(frame)) }

  /// The same for a call that failed.
  @inline(never) fileprivate func end(_ call: ServerCall, _ error: any Error) -> Bool { end(call, outcome: call.failure(error)) }

  private func end(_ call: ServerCall, outcome: ServerCall.Outcome) -> Bool {
    // Observers still see the call here, and so does what they start and leave behind: only then is the place asked whether others hold it.
    call.handlerEnded(outcome)
    let isFree = place.leave(call)
    guard pool.loop.isCurrent else {
      // The loop has stopped, and with it the thread that this would belong to.
      pool.loop.perform { [self] in hand(call, outcome) }
      return false
    }
    hand(call, outcome)
    return isFree && !isCancelled
  }

  private func hand(_ call: ServerCall, _ outcome: ServerCall.Outcome) {
    call.task = nil
    call.handlerReturned(outcome)
  }

  /// Waits to be woken; false when there is no place to wait. A function of its own, so that its frame is there only then.
  @inline(never) fileprivate func rest() async -> Bool {
    await unsafe withUnsafeContinuation { continuation in
      if pool.keeps(self) {
        unsafe waiting = continuation
      } else {
        unsafe continuation.resume(returning: false)
      }
    }
  }
}
