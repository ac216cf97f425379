import Synchronization

/// A value that the tasks of a test share, and may wait for.
public final class Shared<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var waiters: [(isMet: @Sendable (Value) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state: Mutex<State>

  public init(_ value: Value) { state = Mutex(State(value: value)) }

  public var value: Value { state.withLock { $0.value } }

  /// Changes the value and wakes those whose condition is met then.
  public func change(_ body: (inout Value) -> Void) {
    let met = state.withLock { state in
      body(&state.value)
      let value = state.value
      let met = state.waiters.filter { $0.isMet(value) }
      state.waiters.removeAll { $0.isMet(value) }
      return met.map(\.continuation)
    }
    for continuation in met { continuation.resume() }
  }

  /// Returns once the condition is met.
  public func wait(until isMet: @escaping @Sendable (Value) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isMetAlready = state.withLock { state in
        if isMet(state.value) { return true }
        state.waiters.append((isMet, continuation))
        return false
      }
      if isMetAlready { continuation.resume() }
    }
  }
}
