import Postgres

/// Waits for a notification or for the sweep's time to pass, whichever is first.
struct Wakeups {
  private let ticks: AsyncStream<Void>
  private var iterator: AsyncStream<Void>.Iterator
  private let feeding: CancelledAtEnd

  init(notifications: AsyncStream<PostgresNotification>, sweep: Duration) {
    let (ticks, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.ticks = ticks
    iterator = ticks.makeAsyncIterator()
    feeding = CancelledAtEnd([
      Task { for await _ in notifications { continuation.yield() } },
      Task {
        while !Task.isCancelled {
          try? await Task.sleep(for: sweep)
          continuation.yield()
        }
      },
    ])
  }

  mutating func next() async throws {
    _ = await iterator.next(isolation: #isolation)
    try Task.checkCancellation()
  }

  /// Ends its tasks when nobody waits any more.
  private final class CancelledAtEnd: Sendable {
    private let tasks: [Task<Void, Never>]
    init(_ tasks: [Task<Void, Never>]) { self.tasks = tasks }
    deinit { for task in tasks { task.cancel() } }
  }
}
