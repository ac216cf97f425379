import Postgres
import Synchronization

/// Tells those who wait for a run in this instance when it moved, in whichever instance that happened.
final class RunFeed: Sendable {
  private struct Waiting {
    var next = 0
    var continuations: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
  }

  private let waiting = Mutex(Waiting())

  /// Passes notifications on until cancelled.
  func run(_ database: Database) async {
    for await notification in database.listen(runsChannel) {
      // After a gap in listening anything may have happened.
      let woken = waiting.withLock { waiting in
        notification.isGap
          ? waiting.continuations.values.flatMap(\.values)
          : waiting.continuations[notification.payload].map { Array($0.values) } ?? []
      }
      for continuation in woken { continuation.yield() }
    }
  }

  /// An element at once, and one after each change; changes that come before the reader is ready again count as one.
  func changes(of runID: String) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = waiting.withLock { waiting -> Int in
      waiting.next += 1
      waiting.continuations[runID, default: [:]][waiting.next] = continuation
      return waiting.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.waiting.withLock { waiting in
        waiting.continuations[runID]?[number] = nil
        if waiting.continuations[runID]?.isEmpty == true { waiting.continuations[runID] = nil }
      }
    }
    continuation.yield()
    return stream
  }
}
