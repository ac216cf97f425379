import CGLPK
import Synchronization

/// Ends the solves that were given it, from any thread, for good.
@safe public final class Cancellation: @unchecked Sendable {
  // Written once, before anyone shares it; what it points to is atomic.
  let flag: OpaquePointer
  private let observers = Mutex<[Int: @Sendable () -> Void]>([:])

  public init() {
    guard let flag = unsafe lodestar_glpk_flag_create() else { fatalError("out of memory") }
    unsafe self.flag = unsafe flag
  }

  deinit { unsafe lodestar_glpk_flag_destroy(flag) }

  public var isCancelled: Bool { unsafe lodestar_glpk_flag_is_raised(flag) }

  /// Asks the search to stop, from any thread; it keeps the best solution found so far. Calling it again does nothing.
  public func cancel() {
    let told = observers.withLock { observers -> [@Sendable () -> Void] in
      unsafe lodestar_glpk_flag_raise(flag)
      defer { observers = [:] }
      return Array(observers.values)
    }
    for observer in told { observer() }
  }

  /// Calls the observer once, when this is cancelled, or now when it already has been.
  func observe(_ observer: @escaping @Sendable () -> Void) -> Int? {
    let token = observers.withLock { observers -> Int? in
      guard !isCancelled else { return nil }
      let token = (observers.keys.max() ?? 0) + 1
      observers[token] = observer
      return token
    }
    if token == nil { observer() }
    return token
  }

  func forget(_ token: Int?) {
    guard let token else { return }
    observers.withLock { $0[token] = nil }
  }
}
