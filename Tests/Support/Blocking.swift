import Reactor

/// Runs a body that blocks on a thread of its own: the few threads that tasks share must not block.
public func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    BlockingThread.run { continuation.resume(with: Swift.Result { try body() }) }
  }
}
