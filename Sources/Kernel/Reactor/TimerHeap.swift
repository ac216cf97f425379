/// A timer that was set; hand it to `EventLoop.cancel(_:)` when it is no longer wanted.
///
/// Its fields belong to the loop's thread.
public final class TimerToken: @unchecked Sendable {
  let deadline: ContinuousClock.Instant
  var body: (() -> Void)?
  /// Where it stands in the heap; -1 when it is not in there.
  var position = -1

  init(deadline: ContinuousClock.Instant, body: @escaping () -> Void) {
    self.deadline = deadline
    self.body = body
  }
}

/// A binary heap of timers, the earliest first. A timer knows its place, so that cancelling one really removes it: calls with long
/// deadlines that end at once must not pile up.
struct TimerHeap {
  private var timers: [TimerToken] = []

  var isEmpty: Bool { timers.isEmpty }
  var count: Int { timers.count }
  var earliest: ContinuousClock.Instant? { timers.first?.deadline }

  mutating func insert(_ timer: TimerToken) {
    timer.position = timers.count
    timers.append(timer)
    siftUp(from: timer.position)
  }

  /// Removes a timer; one that has fired or was cancelled before is let be.
  mutating func remove(_ timer: TimerToken) {
    let position = timer.position
    guard position >= 0 else { return }
    timer.position = -1
    let last = timers.removeLast()
    guard last !== timer else { return }
    timers[position] = last
    last.position = position
    siftUp(from: position)
    siftDown(from: last.position)
  }

  /// Drops every timer with what its body holds.
  mutating func removeAll() {
    let dropped = timers
    timers.removeAll()
    for timer in dropped {
      timer.position = -1
      timer.body = nil
    }
  }

  /// Takes out the earliest timer if its time has come.
  mutating func popDue(at now: ContinuousClock.Instant) -> TimerToken? {
    guard let first = timers.first, first.deadline <= now else { return nil }
    remove(first)
    return first
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard timers[child].deadline < timers[parent].deadline else { return }
      exchange(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < timers.count && timers[child].deadline < timers[smallest].deadline {
        smallest = child
      }
      guard smallest != parent else { return }
      exchange(parent, smallest)
      parent = smallest
    }
  }

  private mutating func exchange(_ left: Int, _ right: Int) {
    timers.swapAt(left, right)
    timers[left].position = left
    timers[right].position = right
  }
}
