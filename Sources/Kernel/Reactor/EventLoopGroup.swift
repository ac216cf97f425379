import Glibc
import Synchronization

/// Several event loops, each on a thread of its own: usually one per core.
public final class EventLoopGroup: Sendable {
  public let loops: [EventLoop]
  private let threads: Mutex<[pthread_t]>
  private let turn = Atomic<Int>(0)

  /// Starts that many loops, at least one and at most 256.
  public init(count: Int) {
    let count = min(max(count, 1), 256)
    let loops = (0..<count).map { EventLoop(name: "loop-\($0)") }
    self.loops = loops
    threads = Mutex(loops.map { LoopThread.start($0) })
  }

  deinit {
    for loop in loops { loop.stop() }
    for thread in threads.withLock({ $0 }) { pthread_detach(thread) }
  }

  /// The current loop when the caller runs on one of these, else one after the other.
  public func next() -> EventLoop {
    if let current = EventLoop.current, loops.contains(where: { $0 === current }) { return current }
    let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return loops[Int(UInt(bitPattern: number) % UInt(loops.count))]
  }

  /// Stops every loop and waits for its thread to end; tasks that still live go on elsewhere. Close servers, channels and databases
  /// first. Not to be called on one of the loops. Calling it again does nothing.
  public func shutdown() {
    precondition(!loops.contains { $0.isCurrent }, "an event loop cannot wait for its own end")
    for loop in loops { loop.stop() }
    let running = threads.withLock { threads -> [pthread_t] in
      defer { threads.removeAll() }
      return threads
    }
    for thread in running { pthread_join(thread, nil) }
  }
}
