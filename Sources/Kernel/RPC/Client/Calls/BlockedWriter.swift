/// A writer that waits for room. Belongs to its call's loop.
final class BlockedWriter: @unchecked Sendable {
  private var continuation: CheckedContinuation<Void, any Error>?
  private(set) var isCancelled = false

  func wait(_ continuation: CheckedContinuation<Void, any Error>) { self.continuation = continuation }

  /// Lets it go on, once: later calls do nothing.
  func resume(throwing error: (any Error)?) {
    guard let continuation else { return }
    self.continuation = nil
    if let error { continuation.resume(throwing: error) } else { continuation.resume() }
  }

  func cancel() {
    isCancelled = true
    resume(throwing: CancellationError())
  }
}
