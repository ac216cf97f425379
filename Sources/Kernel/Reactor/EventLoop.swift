import CLinux
import Glibc
import Synchronization

/// Told once at the end of the turn in which it asked for that: where what a turn has gathered is written out.
public protocol TurnEndObserver: AnyObject {
  func turnEnds()
}

/// One thread around one epoll instance: file descriptors, timers and Swift jobs.
///
/// It is a `TaskExecutor` (a task can prefer it), and a `SerialExecutor` by its `LoopIsolation` (an actor can live on it): what runs on it shares the thread
/// with the connections it serves, so a call costs no thread hop. Nothing on a loop may block.
///
/// A turn is: ready descriptors, then what other threads sent, jobs, timers, and at its end the observers.
@safe public final class EventLoop: TaskExecutor, @unchecked Sendable {
  /// Something to run on the loop, in the order in which it was handed over.
  enum Work {
    case job(UnownedJob)
    case isolated(UnownedJob, LoopIsolation)
    case body(@Sendable () -> Void)
  }

  /// What other threads hand over, under the lock.
  struct Inbox {
    var work: [Work] = []
    var isWakePending = false
    var isStopping = false
    var hasStopped = false
  }

  /// How many rounds of jobs one turn runs before it looks at the descriptors again, so that tasks that yield to each other forever do
  /// not starve the sockets.
  static let jobRoundsPerTurn = 16
  static let eventsPerTurn = 256
  public static let scratchBytes = 128 << 10
  /// The longest sleep, in milliseconds: far more than any timer's and far less than what epoll_wait's argument can hold.
  static let longestSleepMilliseconds: Int64 = 60_000

  let epoll: Int32
  private let wakeup: Int32
  private let name: String
  let inbox = Mutex(Inbox())
  /// Held by whoever runs what came after the end.
  private let afterlife = Mutex(())

  // The loop thread's own.
  private var local: [Work] = []
  private var round: [Work] = []
  private var timers = TimerHeap()
  private var registrations: [UInt64: Registration] = [:]
  private var nextKey: UInt64 = 1
  private var turnEndObservers: [any TurnEndObserver] = []
  private let scratch: UnsafeMutableRawBufferPointer
  private var isScratchLent = false
  private var onBlock: ((Duration, String?) -> Void)?
  private var activity: String?

  /// Makes a loop that nobody runs yet. Traps when the system has no descriptors left, as nothing can be served then.
  init(name: String) {
    self.name = name
    unsafe scratch = .allocate(byteCount: Self.scratchBytes, alignment: 16)
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(epoll >= 0 && wakeup >= 0, "no file descriptor left for an event loop: errno \(errno)")
    var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: 0))
    let added = unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event)
    precondition(added == 0, "the event loop cannot watch its own wake-up: errno \(errno)")
  }

  deinit {
    unsafe scratch.deallocate()
    close(epoll)
    close(wakeup)
  }

  /// The loop whose thread this is.
  public static var current: EventLoop? { LoopThread.current }

  /// Whether the caller runs on this loop's thread.
  public var isCurrent: Bool { LoopThread.current === self }

  /// Stops the program when called on another thread: a mistake in the program, never something a peer can cause.
  public func assertCurrent(file: StaticString = #fileID, line: UInt = #line) {
    precondition(isCurrent, "not on the event loop", file: file, line: line)
  }

  /// Whether the loop's thread has ended: descriptors and timers are dead then, work runs elsewhere.
  public var hasStopped: Bool { inbox.withLock { $0.hasStopped } }

  // MARK: Work

  /// Runs the body on the loop: in this turn or the next when called on it, soon when called from elsewhere.
  public func execute(_ body: @escaping @Sendable () -> Void) {
    submit(.body(body))
  }

  /// Runs the body now when called on the loop, soon when called from elsewhere.
  public func perform(_ body: @escaping @Sendable () -> Void) {
    if isCurrent { body() } else { submit(.body(body)) }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    submit(.job(UnownedJob(job)))
  }

  public func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }

  func submit(_ work: Work) {
    if isCurrent {
      local.append(work)
      return
    }
    let (mustWake, isTooLate) = inbox.withLock { inbox -> (Bool, Bool) in
      guard !inbox.hasStopped else { return (false, true) }
      inbox.work.append(work)
      defer { inbox.isWakePending = true }
      return (!inbox.isWakePending, false)
    }
    if isTooLate { runElsewhere(work) } else if mustWake { wake() }
  }

  /// A loop that has stopped still owes every task its continuation and every body its run: jobs end on the global executor; bodies run one at
  /// a time on borrowed threads that count as the loop's, so that what belongs to the loop stays safe.
  private func runElsewhere(_ work: Work) {
    switch work {
    case .job(let job), .isolated(let job, _): globalConcurrentExecutor.enqueue(job)
    case .body(let body): Task.detached { [self] in runPosthumously(body) }
    }
  }

  private func runPosthumously(_ body: @Sendable () -> Void) {
    afterlife.withLock { _ in
      LoopThread.become(self)
      defer { LoopThread.leave() }
      body()
      while !local.isEmpty {
        let work = local
        local.removeAll()
        for case .body(let body) in work { body() }
        for case .job(let job) in work { globalConcurrentExecutor.enqueue(job) }
        for case .isolated(let job, _) in work { globalConcurrentExecutor.enqueue(job) }
      }
      endTurn()
    }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = unsafe write(wakeup, &one, 8)
  }

  // MARK: Timers

  /// Runs the body on the loop once that much time has gone by (the clock goes on while the machine sleeps). From any thread.
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> TimerToken {
    schedule(at: ContinuousClock.now.advanced(by: delay), body)
  }

  /// Runs the body on the loop once that instant has come. From any thread.
  @discardableResult
  public func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) -> TimerToken {
    let timer = TimerToken(deadline: deadline, body: body)
    if isCurrent { timers.insert(timer) } else { execute { [self] in if timer.body != nil { timers.insert(timer) } } }
    return timer
  }

  /// Takes a timer back; one that has fired or was cancelled is let be. From any thread; what the body holds is released.
  public func cancel(_ timer: TimerToken) {
    guard isCurrent else {
      execute { [self] in cancel(timer) }
      return
    }
    timers.remove(timer)
    timer.body = nil
  }

  // MARK: The watchdog

  /// Work that takes longer than this without giving the thread back is reported in debug builds.
  public static let blockingLimit = Duration.milliseconds(250)

  /// Whom to tell, in debug builds, of work that blocked the loop: how long, and what `note(activity:)` was told last. On the loop only.
  public func watchBlocking(_ onBlock: @escaping (_ took: Duration, _ activity: String?) -> Void) {
    assertCurrent()
    self.onBlock = onBlock
  }

  /// Names what begins on the loop, for the watchdog's report. Does nothing in release builds.
  public func note(activity name: @autoclosure () -> String) {
    #if DEBUG
      if isCurrent { activity = name() }
    #endif
  }

  // MARK: Descriptors

  /// Watches a descriptor and calls `onReady` on the loop, with the directions that are ready, for as long as they are (level-triggered).
  /// The closure is released when the registration is cancelled. On the loop only; once the loop has stopped nothing is ever told.
  public func register(fd: Int32, interest: Interest, _ onReady: @escaping (Interest) -> Void) -> Registration {
    assertCurrent()
    guard !hasStopped else { return Registration(fd: fd, key: 0, loop: self, onReady: nil) }
    let registration = Registration(fd: fd, key: nextKey, loop: self, onReady: onReady)
    registrations[nextKey] = registration
    nextKey += 1
    registration.setInterest(interest)
    return registration
  }

  /// Lends the loop's one buffer for reading and writing (`scratchBytes`), so that no connection needs its own. On the loop only, one
  /// borrower at a time.
  public func withScratch<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    assertCurrent()
    precondition(!isScratchLent, "the loop's buffer is lent already")
    isScratchLent = true
    defer { isScratchLent = false }
    return try unsafe body(scratch)
  }

  func forget(_ registration: Registration) {
    registrations[registration.key] = nil
  }

  /// Calls the observer's `turnEnds()` once, at the end of this turn. On the loop only.
  public func notifyAtEndOfTurn(_ observer: any TurnEndObserver) {
    assertCurrent()
    turnEndObservers.append(observer)
  }

  // MARK: The turn

  /// Runs turns on the calling thread until `stop()`.
  func run() {
    LoopThread.become(self)
    LoopThread.dress(name: name)
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
    defer { unsafe events.deallocate() }
    var isStopping = false
    while !isStopping {
      let count = unsafe epoll_wait(epoll, events, Int32(Self.eventsPerTurn), sleepMilliseconds())
      for index in 0..<max(0, Int(count)) { unsafe dispatch(events[index]) }
      runJobs()
      fireTimers()
      runJobs()
      endTurn()
      isStopping = inbox.withLock { $0.isStopping }
    }
    leave()
  }

  /// Ends the loop after its current turn. From any thread.
  func stop() {
    inbox.withLock { $0.isStopping = true }
    wake()
  }

  private func sleepMilliseconds() -> Int32 {
    guard local.isEmpty, turnEndObservers.isEmpty else { return 0 }
    guard let earliest = timers.earliest else { return -1 }
    let wait = ContinuousClock.now.duration(to: earliest)
    guard wait > .zero else { return 0 }
    let (seconds, attoseconds) = wait.components
    guard seconds < Self.longestSleepMilliseconds / 1000 else { return Int32(Self.longestSleepMilliseconds) }
    // Rounded up: waking early would only mean a turn for nothing.
    return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }

  private func dispatch(_ event: epoll_event) {
    let key = unsafe event.data.u64
    guard key != 0 else {
      takeInbox()
      return
    }
    guard let registration = registrations[key], let onReady = registration.onReady else { return }
    let ready = unsafe registration.readiness(for: event.events)
    if !ready.isEmpty { watched { onReady(ready) } }
  }

  private func takeInbox() {
    var count: UInt64 = 0
    _ = unsafe read(wakeup, &count, 8)
    let work = inbox.withLock { inbox -> [Work] in
      inbox.isWakePending = false
      defer { inbox.work.removeAll() }
      return inbox.work
    }
    local.append(contentsOf: work)
  }

  /// Runs one piece of work; in debug builds it is found when it blocks the loop.
  private func watched(_ work: () -> Void) {
    #if DEBUG
      let began = ContinuousClock.now
      work()
      let took = began.duration(to: .now)
      if took > Self.blockingLimit { onBlock?(took, activity) }
    #else
      work()
    #endif
  }

  private func runJobs() {
    for _ in 0..<Self.jobRoundsPerTurn {
      guard !local.isEmpty else { return }
      swap(&local, &round)
      for work in round {
        switch work {
        case .job(let job):
          watched { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        case .isolated(let job, let isolation):
          watched {
            unsafe job.runSynchronously(
              isolatedTo: isolation.asUnownedSerialExecutor(), taskExecutor: isolation.asUnownedTaskExecutor())
          }
        case .body(let body):
          watched(body)
        }
      }
      round.removeAll(keepingCapacity: true)
    }
  }

  private func fireTimers() {
    guard !timers.isEmpty else { return }
    let now = ContinuousClock.now
    while let timer = timers.popDue(at: now) {
      let body = timer.body
      timer.body = nil
      body?()
    }
  }

  private func endTurn() {
    guard !turnEndObservers.isEmpty else { return }
    let observers = turnEndObservers
    turnEndObservers.removeAll(keepingCapacity: true)
    for observer in observers { observer.turnEnds() }
  }

  /// What is left when the thread ends: work goes on elsewhere (but not before this is done), timers and registrations are dropped.
  private func leave() {
    afterlife.withLock { _ in
      let late = inbox.withLock { inbox -> [Work] in
        inbox.hasStopped = true
        defer { inbox.work.removeAll() }
        return inbox.work
      }
      let orphans = registrations.values.sorted { $0.key < $1.key }
      for registration in orphans {
        let onLoopEnd = registration.onLoopEnd
        registration.cancel()
        onLoopEnd?()
      }
      for work in local + late { runElsewhere(work) }
      local.removeAll()
      turnEndObservers.removeAll()
      timers.removeAll()
      registrations.removeAll()
      LoopThread.leave()
    }
  }
}
