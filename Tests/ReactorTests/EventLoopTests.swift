import Glibc
import Reactor
import Synchronization
import Testing

/// A group of loops that is shut down when the test ends.
final class Loops {
  let group: EventLoopGroup
  init(_ count: Int = 1) { group = EventLoopGroup(count: count) }
  deinit { group.shutdown() }
  var first: EventLoop { group.loops[0] }
}

/// Lives on a loop: its isolation is the loop's thread.
private actor Resident {
  let isolation: LoopIsolation
  init(_ loop: EventLoop) { isolation = LoopIsolation(loop) }
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe isolation.asUnownedSerialExecutor() }
  func isHome() -> Bool {
    preconditionIsolated()
    return isolation.loop.isCurrent
  }

  /// Whether work that was sent away stays on the loop, and whether what comes after it is there.
  func sendsAway() async -> (staysHere: Bool, comesBack: Bool) {
    let staysHere = await awayFromLoops { EventLoop.current != nil }
    return (staysHere, isHome())
  }
}

struct EventLoopTests {
  @Test func `work that is sent away leaves the loop, even of a task that prefers it, and the caller comes back`() async {
    let loops = Loops()
    let resident = Resident(loops.first)
    let asPreferred = await Task(executorPreference: resident.isolation) { await resident.sendsAway() }.value
    #expect(!asPreferred.staysHere && asPreferred.comesBack)
    let staysHere = await Task(executorPreference: loops.first) { await awayFromLoops { EventLoop.current != nil } }.value
    #expect(!staysHere)
  }

  @Test func `a body sent from another thread runs on the loop`() async {
    let loops = Loops()
    let loop = loops.first
    #expect(!loop.isCurrent)
    let wasHome = await withCheckedContinuation { done in
      loop.execute { done.resume(returning: loop.isCurrent && EventLoop.current === loop) }
    }
    #expect(wasHome)
  }

  @Test func `bodies run in the order in which they were handed over`() async {
    let loops = Loops()
    let order = Mutex<[Int]>([])
    await withCheckedContinuation { done in
      for number in 0..<1000 { loops.first.execute { order.withLock { $0.append(number) } } }
      loops.first.execute { done.resume() }
    }
    #expect(order.withLock { $0 } == Array(0..<1000))
  }

  @Test func `a task that prefers the loop runs on it and comes back to it after a suspension`() async {
    let loops = Loops()
    let loop = loops.first
    let homes = await Task(executorPreference: loop) {
      var homes = [loop.isCurrent]
      await Task.yield()
      homes.append(loop.isCurrent)
      try? await Task.sleep(for: .milliseconds(1))
      homes.append(loop.isCurrent)
      return homes
    }.value
    #expect(homes == [true, true, true])
  }

  @Test func `an immediate task started on the loop runs before the starter goes on`() async {
    let loops = Loops()
    let loop = loops.first
    let order = await withCheckedContinuation { done in
      loop.execute {
        let order = Mutex<[String]>([])
        let task = Task.immediate(executorPreference: loop) {
          order.withLock { $0.append("task") }
          await Task.yield()
          return loop.isCurrent
        }
        order.withLock { $0.append("starter") }
        let seen = order.withLock { $0 }
        Task { done.resume(returning: await task.value ? seen : []) }
      }
    }
    #expect(order == ["task", "starter"])
  }

  @Test func `an actor can live on a loop`() async {
    let loops = Loops()
    #expect(await Resident(loops.first).isHome())
  }

  @Test func `tasks that yield for ever do not starve descriptors and timers`() async {
    let loops = Loops()
    let spinner = Task(executorPreference: loops.first) { while !Task.isCancelled { await Task.yield() } }
    await withCheckedContinuation { done in loops.first.schedule(after: .milliseconds(5)) { done.resume() } }
    spinner.cancel()
    await spinner.value
  }

  @Test func `a timer fires not before its time and on the loop`() async {
    let loops = Loops()
    let loop = loops.first
    let start = ContinuousClock.now
    let wasHome = await withCheckedContinuation { done in
      loop.schedule(after: .milliseconds(20)) { done.resume(returning: loop.isCurrent) }
    }
    #expect(wasHome)
    #expect(start.duration(to: .now) >= .milliseconds(20))
  }

  @Test func `a cancelled timer never fires`() async {
    let loops = Loops()
    let loop = loops.first
    let fired = Mutex(false)
    let early = loop.schedule(after: .milliseconds(5)) { fired.withLock { $0 = true } }
    loop.cancel(early)
    await withCheckedContinuation { done in loop.schedule(after: .milliseconds(30)) { done.resume() } }
    #expect(!fired.withLock { $0 })
  }

  @Test func `work handed to a loop that has stopped still runs`() async {
    let loops = Loops()
    let loop = loops.first
    loops.group.shutdown()
    await Task(executorPreference: loop) {}.value
    await withCheckedContinuation { done in loop.execute { done.resume() } }
  }

  @Test func `a group hands out its loops in turn, and the current one on a loop`() async {
    let loops = Loops(2)
    let group = loops.group
    let picked = (0..<4).map { _ in ObjectIdentifier(group.next()) }
    #expect(Set(picked).count == 2)
    for loop in group.loops {
      let isSame = await withCheckedContinuation { done in loop.execute { done.resume(returning: group.next() === loop) } }
      #expect(isSame)
    }
  }
}

struct RegistrationTests {
  /// Both ends of a pipe, closed at the end.
  private final class Pipe: Sendable {
    let reader: Int32
    let writer: Int32
    init() {
      var ends: [Int32] = [0, 0]
      _ = unsafe pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      (reader, writer) = (ends[0], ends[1])
    }
    deinit {
      close(reader)
      close(writer)
    }
    func put(_ byte: UInt8) {
      var byte = byte
      _ = unsafe write(writer, &byte, 1)
    }
    func take() -> UInt8? {
      var byte: UInt8 = 0
      return unsafe read(reader, &byte, 1) == 1 ? byte : nil
    }
  }

  @Test func `a descriptor that gets readable is told to its owner`() async {
    let loops = Loops()
    let loop = loops.first
    let pipe = Pipe()
    let byte = await withCheckedContinuation { done in
      loop.execute {
        nonisolated(unsafe) var registration: Registration?
        unsafe registration = loop.register(fd: pipe.reader, interest: .read) { ready in
          unsafe registration?.cancel()
          done.resume(returning: ready == .read ? pipe.take() : nil)
        }
        pipe.put(7)
      }
    }
    #expect(byte == 7)
  }

  @Test func `a cancelled registration hears nothing any more`() async {
    let loops = Loops()
    let loop = loops.first
    let pipe = Pipe()
    let calls = Mutex(0)
    await withCheckedContinuation { done in
      loop.execute {
        let registration = loop.register(fd: pipe.reader, interest: .read) { _ in calls.withLock { $0 += 1 } }
        pipe.put(1)
        registration.cancel()
        registration.cancel()
        loop.schedule(after: .milliseconds(5)) { done.resume() }
      }
    }
    #expect(calls.withLock { $0 } == 0)
  }

  @Test func `without an interest nothing is told until there is one again`() async {
    let loops = Loops()
    let loop = loops.first
    let pipe = Pipe()
    let calls = Mutex(0)
    let before = await withCheckedContinuation { (done: CheckedContinuation<Int, Never>) in
      loop.execute {
        nonisolated(unsafe) let registration = loop.register(fd: pipe.reader, interest: .read) { _ in
          _ = pipe.take()
          calls.withLock { $0 += 1 }
        }
        unsafe registration.setInterest([])
        pipe.put(1)
        loop.schedule(after: .milliseconds(5)) {
          let before = calls.withLock { $0 }
          unsafe registration.setInterest(.read)
          loop.schedule(after: .milliseconds(5)) {
            unsafe registration.cancel()
            done.resume(returning: before)
          }
        }
      }
    }
    #expect(before == 0)
    #expect(calls.withLock { $0 } == 1)
  }
}

private final class Tally: Sendable {
  let count = Mutex(0)
}

struct LoopEndTests {
  @Test func `after the end bodies run one at a time, as on the loop, and cancelling a timer ends`() async {
    let loops = Loops()
    let loop = loops.first
    let timer = loop.schedule(after: .seconds(1000)) {}
    loops.group.shutdown()
    loop.cancel(timer)
    let tally = Tally()
    let wasHome = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 {
        group.addTask {
          await withCheckedContinuation { done in
            loop.execute {
              let before = tally.count.withLock { $0 }
              loop.execute { tally.count.withLock { $0 = before + 1 } }
              done.resume(returning: loop.isCurrent)
            }
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(wasHome)
    await withCheckedContinuation { done in loop.execute { done.resume() } }
    #expect(tally.count.withLock { $0 } == 100)
  }

  @Test func `the end of the loop is told to who watches a descriptor`() async {
    let loops = Loops()
    let loop = loops.first
    let told = Mutex(false)
    await withCheckedContinuation { done in
      loop.execute {
        let registration = loop.register(fd: 0, interest: []) { _ in }
        registration.onLoopEnd = { told.withLock { $0 = loop.isCurrent } }
        done.resume()
      }
    }
    loops.group.shutdown()
    #expect(told.withLock { $0 })
  }
}
