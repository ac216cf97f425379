import Testing

@testable import Reactor

struct TimerHeapTests {
  private func timers(_ seconds: [Int], from start: ContinuousClock.Instant) -> [TimerToken] {
    seconds.map { TimerToken(deadline: start.advanced(by: .seconds($0)), body: {}) }
  }

  @Test func `timers come out in the order of their deadlines`() {
    let start = ContinuousClock.now
    var heap = TimerHeap()
    for timer in timers([5, 3, 9, 1, 7, 3, 8, 2], from: start) { heap.insert(timer) }
    var order: [Int64] = []
    while let timer = heap.popDue(at: start.advanced(by: .seconds(100))) {
      order.append(start.duration(to: timer.deadline).components.seconds)
    }
    #expect(order == [1, 2, 3, 3, 5, 7, 8, 9])
    #expect(heap.isEmpty)
  }

  @Test func `a timer does not fire before its time`() {
    let start = ContinuousClock.now
    var heap = TimerHeap()
    for timer in timers([4], from: start) { heap.insert(timer) }
    #expect(heap.popDue(at: start.advanced(by: .milliseconds(3999))) == nil)
    #expect(heap.popDue(at: start.advanced(by: .seconds(4))) != nil)
  }

  @Test(arguments: 0..<20) func `removing any timer keeps the others in order`(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let start = ContinuousClock.now
    var heap = TimerHeap()
    var live = timers((0..<100).map { _ in random(50) }, from: start)
    for timer in live { heap.insert(timer) }
    for _ in 0..<60 { heap.remove(live.remove(at: random(live.count))) }
    #expect(heap.count == 40)
    var previous = start
    var popped: [TimerToken] = []
    while let timer = heap.popDue(at: start.advanced(by: .seconds(100))) {
      #expect(previous <= timer.deadline)
      previous = timer.deadline
      popped.append(timer)
    }
    #expect(Set(popped.map(ObjectIdentifier.init)) == Set(live.map(ObjectIdentifier.init)))
  }

  @Test func `removing a timer twice does nothing`() {
    let start = ContinuousClock.now
    var heap = TimerHeap()
    let all = timers([1, 2], from: start)
    for timer in all { heap.insert(timer) }
    heap.remove(all[0])
    heap.remove(all[0])
    #expect(heap.count == 1)
  }
}
