import Cryptography
import HTTP2
import Reactor

/// Whoever has a connection: a server or a channel.
protocol ConnectionDelegate: AnyObject {
  /// A server's: a request has begun.
  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)?
  /// What the conduct of connections does not settle by itself.
  func received(_ event: ConnectionEvent)
  /// The peer has reached that limit: told once for each.
  func reached(_ limit: ConnectionLimit)
  /// A piece of input has been taken in completely: the time to do what must not be done from inside the session.
  func finishedReceiving()
  /// The connection is gone, its streams are closed. Last call.
  func closed(reason: String)
}

extension ConnectionDelegate {
  func reached(_ limit: ConnectionLimit) {}
}

/// The thin shell around a session and its policy: bytes from and to the transport, timers. Belongs to its loop.
final class Connection: SessionOwner, TurnEndObserver, @unchecked Sendable {
  /// How often one turn reads, and how many rounds of the loop's buffer it writes, before the other connections have their turn.
  private static let readsPerTurn = 4
  private static let writesPerTurn = 16
  /// A peer that lets this many frames of ours wait (by not reading) is not read either.
  private static let waitingFramesLimit = 1000

  let loop: EventLoop
  let session: Session
  /// Held from the start to the end: a weak reference would make every count of the delegate's references, several for each call, take the long way.
  private var delegate: (any ConnectionDelegate)?
  private let transport: any ByteTransport
  private var policy: ConnectionPolicy
  private let patience: Patience
  private var timer: TimerToken?
  private var timerDeadline: ContinuousClock.Instant?
  private var hasClosingTimer = false
  /// What the transport did not take at once.
  private var unwritten: [UInt8] = []
  private var written = 0
  private var writtenBytes = 0
  private var writeWatch = ProgressWatch()
  private var isFlushDue = false
  private var reportedLimits: Set<ConnectionLimit> = []
  /// What is still read, and thrown away, after this end has said all it had to say.
  private var farewell: Farewell?
  private(set) var isClosed = false
  /// Why the connection has to close once what is queued has left.
  private var ending: String?

  var peer: SocketAddress? { transport.peer }
  var identity: PeerIdentity? { transport.identity }

  init(
    transport: any ByteTransport, role: SessionRole, settings: SessionSettings, limits: ConnectionPolicy.Limits, loop: EventLoop
  ) throws(SessionError) {
    self.transport = transport
    self.loop = loop
    patience = limits.patience
    policy = ConnectionPolicy(limits: limits, now: .now)
    session = try Session(role: role, settings: settings)
    session.attach(self)
  }

  /// Begins to read and write. The loop keeps the connection, and the connection its delegate, until it closes.
  func start(for delegate: any ConnectionDelegate) {
    self.delegate = delegate
    // A loop that has ended tells nothing any more, not even its end.
    guard !loop.hasStopped else { return close(reason: "the event loop has ended") }
    transport.start(
      on: loop, interest: .read,
      onReady: { [self] ready in
        if ready.contains(.read) { read() }
        flushAtEndOfTurn()
      }, onLoopEnd: { [self] in close(reason: "the event loop ended") })
    setTimer()
    flushAtEndOfTurn()
  }

  // MARK: In

  private func read() {
    for _ in 0..<Self.readsPerTurn where !isClosed {
      var isMore = false
      unsafe loop.withScratch { buffer in
        switch unsafe transport.read(into: buffer) {
        case .bytes(let count):
          isMore = count == buffer.count
          unsafe take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        case .wouldBlock: break
        case .endOfStream: end("the peer closed the connection", atOnce: true)
        case .failed(let code): end(transport.explanation(of: code), atOnce: true)
        }
      }
      delegate?.finishedReceiving()
      guard isMore else { return }
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    guard farewell == nil else {
      if farewell?.hasHeardEnough(bytes.count) ?? true { close(reason: ending ?? "finished") }
      return
    }
    policy.heard(now: .now)
    do throws(SessionError) {
      unsafe try session.receive(bytes)
    } catch {
      let (code, limit) = error.farewell
      if let limit { report(limit) }
      session.terminate(code, debug: error.description)
      end("the peer broke the protocol: \(error.description)", atOnce: false)
    }
  }

  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? {
    delegate?.opened(stream, head: head)
  }

  func received(_ event: ConnectionEvent) {
    perform(policy.received(event, activity: session.activity, now: .now))
    delegate?.received(event)
  }

  // MARK: Conduct

  private func perform(_ action: ConnectionPolicy.Action?) {
    switch action {
    case nil: return
    case .acknowledgePing(let opaque): session.acknowledgePing(opaque)
    case .sendPing(let opaque): session.ping(opaque)
    case .announceShutdown(let opaque):
      session.announceShutdown()
      session.ping(opaque)
    case .goAway: session.goAway(.noError)
    case .terminate(let code, let limit):
      report(limit)
      session.terminate(code, debug: limit.debugText)
      ending = ending ?? "the peer reached a limit: \(limit.rawValue)"
    case .giveUp(let reason, let limit):
      if let limit { report(limit) }
      end(reason, atOnce: true)
    case .sweep: sweep()
    }
    flushAtEndOfTurn()
  }

  private func report(_ limit: ConnectionLimit) {
    if reportedLimits.insert(limit).inserted { delegate?.reached(limit) }
  }

  /// What may have to be hurried: streams, and bytes that the socket does not take.
  private var burden: Int { session.openStreams + (unwritten.isEmpty ? 0 : 1) }

  /// Looks for what doesn't come along: streams, and the socket itself.
  private func sweep() {
    let now = ContinuousClock.now
    for limit in session.sweep(patience, now: now).sorted(by: { $0.rawValue < $1.rawValue }) {
      guard limit == .headerTime else {
        report(limit)
        continue
      }
      perform(.terminate(.enhanceYourCalm, limit))
    }
    let isTooSlow = writeWatch.isTooSlow(
      isWaiting: !unwritten.isEmpty, total: writtenBytes, now: now, period: patience.writePeriod,
      leastBytes: patience.leastWrittenBytes)
    if isTooSlow { perform(.giveUp(reason: "the peer takes what it is sent too slowly", .writeProgress)) }
  }

  /// A server's: lets the open streams end, then the connection.
  func drain() {
    perform(policy.beginDrain(now: .now))
    setTimer()
  }

  /// Says goodbye and closes once that has left.
  func finish() {
    session.goAway(.noError)
    end("finished", atOnce: false)
  }

  /// Sets the timer unless it stands early enough: one that is too early only looks and sets the next.
  private func setTimer() {
    guard !isClosed, !hasClosingTimer else { return }
    let deadline = policy.nextTick()
    if let timerDeadline, timerDeadline <= deadline { return }
    if let timer { loop.cancel(timer) }
    timerDeadline = deadline
    timer = loop.schedule(at: deadline) { [self] in
      guard !isClosed else { return }
      timerDeadline = nil
      let now = ContinuousClock.now
      if session.openStreams == 0 { session.releaseSpareMemory() }
      while !isClosed, let action = policy.tick(now: now, openStreams: burden) { perform(action) }
      setTimer()
    }
  }

  // MARK: Out

  /// Whatever was submitted leaves at the end of the turn, in one write if it fits.
  func flushAtEndOfTurn() {
    guard !isFlushDue, !isClosed else { return }
    isFlushDue = true
    loop.notifyAtEndOfTurn(self)
  }

  func turnEnds() {
    isFlushDue = false
    guard !isClosed, farewell == nil else { return }
    flush()
    guard !isClosed else { return }
    if ending != nil || session.isFinished { return finish(hasLeft: unwritten.isEmpty) }
    policy.streamsAreOpen(burden, now: .now)
    setTimer()
    let isStuck = !unwritten.isEmpty
    let isChoking = isStuck && session.waitingFrames > Self.waitingFramesLimit
    var interest: Interest = isChoking ? [] : .read
    if isStuck { interest.insert(.write) }
    transport.setInterest(interest)
  }

  private func flush() {
    for _ in 0..<Self.writesPerTurn {
      guard writeRest() else { return }
      let isMore = unsafe loop.withScratch { buffer -> Bool in
        var count = 0
        do throws(SessionError) {
          count = unsafe try session.takeBytes(into: buffer)
        } catch {
          ending = ending ?? "the session failed: \(error.description)"
        }
        guard count > 0 else { return false }
        unsafe write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return !isClosed
      }
      guard isMore else { return }
    }
    flushAtEndOfTurn()
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      switch unsafe transport.write(rest) {
      case .bytes(let count):
        writtenBytes += count
        unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[count...])
      case .wouldBlock:
        unsafe unwritten.append(contentsOf: rest)
        return
      case .endOfStream:
        return close(reason: "the peer closed the connection")
      case .failed(let code):
        return close(reason: transport.explanation(of: code))
      }
    }
  }

  /// False while the transport takes no more.
  private func writeRest() -> Bool {
    while written < unwritten.count {
      let transfer = unsafe unwritten.withUnsafeBytes { unsafe transport.write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
      switch transfer {
      case .bytes(let count):
        written += count
        writtenBytes += count
      case .wouldBlock: return false
      case .endOfStream:
        close(reason: "the peer closed the connection")
        return false
      case .failed(let code):
        close(reason: transport.explanation(of: code))
        return false
      }
    }
    unwritten.removeAll(keepingCapacity: unwritten.capacity <= 64 << 10)
    written = 0
    return true
  }

  // MARK: The end

  /// Ends the connection: at once, or when what is queued has left. Safe from inside the session when not at once.
  private func end(_ reason: String, atOnce: Bool) {
    ending = ending ?? reason
    if atOnce { unwritten.removeAll() }
    if atOnce { close(reason: reason) } else { flushAtEndOfTurn() }
  }

  /// Closes once all that was to be said has left; a peer that does not take it is not waited for long.
  ///
  /// When the peer may still be sending, closing at once would make its system throw away what this end said last (the kernel answers bytes that
  /// nobody reads with a reset): so a little is read on, for a little while.
  private func finish(hasLeft: Bool) {
    let reason = ending ?? session.errorSent.map { "the peer broke the protocol (\($0))" } ?? "both sides had finished"
    guard hasLeft else {
      transport.setInterest(.write)
      return closeSoon(reason, after: patience.writePeriod)
    }
    guard session.errorSent != nil else { return close(reason: reason) }
    ending = reason
    farewell = Farewell()
    session.abandonStreams()
    guard !isClosed else { return }
    transport.finishWriting()
    transport.setInterest(.read)
    hasClosingTimer = false
    closeSoon(reason, after: Farewell.patience)
  }

  private func closeSoon(_ reason: String, after delay: Duration) {
    guard !hasClosingTimer else { return }
    hasClosingTimer = true
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(after: delay) { [self] in close(reason: reason) }
  }

  /// Closes the transport and every stream. Not from inside the session.
  func close(reason: String) {
    guard !isClosed else { return }
    isClosed = true
    if let timer { loop.cancel(timer) }
    timer = nil
    transport.close()
    session.abandonStreams()
    delegate?.closed(reason: reason)
    session.readHeads(by: nil)
    delegate = nil
  }
}

/// How much, and for how long, a connection that has ended is read on.
private struct Farewell {
  static let patience = Duration.seconds(1)
  private var heard = 0

  mutating func hasHeardEnough(_ count: Int) -> Bool {
    heard += count
    return heard > 1 << 20
  }
}
