/// What a caller waits with. Debug builds, and so the tests, find one that is resumed twice or never; watching over each is a fiftieth of a small call.
@safe struct CallContinuation<Value: Sendable> {
  #if DEBUG
    private let continuation: CheckedContinuation<Value, any Error>

    init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = continuation }

    func resume(returning value: Value) { continuation.resume(returning: value) }
    func resume(throwing error: any Error) { continuation.resume(throwing: error) }
  #else
    private let continuation: UnsafeContinuation<Value, any Error>

    init(_ continuation: UnsafeContinuation<Value, any Error>) { unsafe self.continuation = continuation }

    func resume(returning value: Value) { unsafe continuation.resume(returning: value) }
    func resume(throwing error: any Error) { unsafe continuation.resume(throwing: error) }
  #endif
}
