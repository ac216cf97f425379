import Synchronization

/// Where a task of the pool has the call that it serves: what the task-local value leads to. It stays the same from call to call, as binding a value for
/// each was a twentieth of a small call's work.
///
/// A task that a handler has started and left behind holds the place as well, and goes on to see its own call there: the pool's task then gives the place
/// up, with the call in it, and ends.
@safe final class ServingPlace: Sendable {
  /// Holds no reference, as the pool's task does for as long as it serves the call.
  private let current = unsafe Atomic<Unmanaged<ServedCall>?>(nil)
  private let isGivenUp = Atomic<Bool>(false)
  /// The pool's task holds the place twice: in its record, and as the value that it was started with.
  private static let ownHolders: UInt = 2

  var call: ServedCall? { unsafe current.load(ordering: .acquiring)?.takeUnretainedValue() }

  func enter(_ call: ServedCall) { unsafe current.store(.passUnretained(call), ordering: .releasing) }

  /// The handler has returned. False when others go on to see the call, so that no other may take its place.
  func leave(_ call: ServedCall) -> Bool {
    guard _getRetainCount(self) <= Self.ownHolders else {
      unsafe current.store(.passRetained(call), ordering: .releasing)
      isGivenUp.store(true, ordering: .relaxed)
      return false
    }
    unsafe current.store(nil, ordering: .releasing)
    return true
  }

  deinit {
    if isGivenUp.load(ordering: .relaxed) { unsafe current.load(ordering: .acquiring)?.release() }
  }
}
