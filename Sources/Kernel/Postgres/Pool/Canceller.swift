import Logging
import Reactor
import Synchronization

/// Sends cancel requests. libpq 15's `PQcancel` blocks while it makes a connection of its own, so each request gets a thread; when
/// many hang at once (a network that swallows packets) further ones are not sent and their connections are dropped after the grace.
final class Canceller: Sendable {
  private static let limit = 16

  private let inFlight = Mutex(0)
  private let logger: Logger

  init(_ logger: Logger) {
    self.logger = logger
  }

  /// Sends the request, then calls the closure on a thread of its own. Returns false, and calls nothing, when too many are in flight.
  func request(_ handle: CancelHandle, then tell: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = inFlight.withLock { count in
      guard count < Self.limit else { return false }
      count += 1
      return true
    }
    guard isTaken else { return false }
    BlockingThread.run { [self] in
      if let problem = handle.requestBlocking() {
        logger.debug("A statement could not be cancelled", metadata: ["reason": "\(problem)"])
      }
      inFlight.withLock { $0 -= 1 }
      tell()
    }
    return true
  }
}
