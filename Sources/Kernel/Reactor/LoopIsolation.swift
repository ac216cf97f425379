/// A loop as what code is isolated to: an actor can live on it, and a task that prefers it as well comes back to that actor without a job in between.
///
/// The loop itself is where a task without an actor runs. The two are told apart because the runtime compares where a task is with where its code wants to
/// be: a job that counts as the wrong one is enqueued anew at every return from an `await`.
public final class LoopIsolation: SerialExecutor, TaskExecutor {
  public let loop: EventLoop

  public init(_ loop: EventLoop) { self.loop = loop }

  /// Runs the job on the loop, isolated to this.
  public func enqueue(_ job: consuming ExecutorJob) { loop.submit(.isolated(UnownedJob(job), self)) }

  /// Stops the program when called on another thread.
  public func checkIsolated() { loop.assertCurrent() }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }
  public func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }
}
