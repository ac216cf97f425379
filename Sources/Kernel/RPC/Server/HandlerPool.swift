import Reactor

/// Tasks that run handlers one after the other: starting a task for each call would be a sixth of a small call's work. Belongs to its loop.
final class HandlerPool: @unchecked Sendable {
  /// How many tasks wait for work. Beyond that they end.
  private static let maximumIdle = 256

  let loop: EventLoop
  private var idle: [HandlerTask] = []
  private var isClosed = false

  init(loop: EventLoop) { self.loop = loop }

  /// Runs the call's handler soon, on the loop.
  func run(_ call: ServerCall) {
    if let task = idle.popLast() {
      task.run(call)
    } else {
      HandlerTask(pool: self).start(call)
    }
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
    for task in waiting { task.end() }
  }
}

/// One task of a pool. What was cancelled stays cancelled, so a task whose call was cancelled ends with that call.
@safe final class HandlerTask: @unchecked Sendable {
  private let pool: HandlerPool
  private var task: Task<Void, Never>?
  private var waiting: UnsafeContinuation<ServerCall?, Never>?
  private var isCancelled = false

  init(pool: HandlerPool) { self.pool = pool }

  fileprivate func start(_ first: ServerCall) {
    first.task = self
    let started = Task.immediate(executorPreference: pool.loop) { [self] in
      var next: ServerCall? = first
      while let call = next {
        let outcome = await call.serve()
        next = await ended(call, outcome)
      }
    }
    task = started
    // The handler may have been cut short while it ran in place.
    if isCancelled { started.cancel() }
  }

  fileprivate func run(_ call: ServerCall) {
    call.task = self
    unsafe waiting?.resume(returning: call)
    unsafe waiting = nil
  }

  fileprivate func end() {
    unsafe waiting?.resume(returning: nil)
    unsafe waiting = nil
  }

  /// Cancels the call that runs.
  func cancel() {
    isCancelled = true
    task?.cancel()
  }

  /// Hands over how a call ended, and waits for the next; nil when there is none for this task.
  private func ended(_ call: ServerCall, _ outcome: ServerCall.Outcome) async -> ServerCall? {
    await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<ServerCall?, Never>) in
      if pool.loop.isCurrent {
        unsafe settle(call, outcome, continuation)
      } else {
        pool.loop.execute { [self] in unsafe settle(call, outcome, continuation) }
      }
    }
  }

  private func settle(_ call: ServerCall, _ outcome: ServerCall.Outcome, _ next: UnsafeContinuation<ServerCall?, Never>) {
    call.task = nil
    call.handlerReturned(outcome)
    if !isCancelled, pool.keeps(self) {
      unsafe waiting = next
    } else {
      unsafe next.resume(returning: nil)
    }
  }
}
