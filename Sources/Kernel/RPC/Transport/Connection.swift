import Cryptography
import HTTP2
import Reactor

/// Whoever has a connection: a server or a channel.
protocol ConnectionDelegate: AnyObject {
  /// A server's: a request has begun.
  func opened(_ stream: HTTP2Stream, head: HeaderBlock) -> (any StreamHandler)?
  /// What the conduct of connections does not settle by itself.
  func received(_ event: ConnectionEvent)
  /// A piece of input has been taken in completely: the time to do what must not be done from inside the session.
  func finishedReceiving()
  /// The connection is gone, its streams are closed. Last call.
  func closed(reason: String)
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
  weak var delegate: (any ConnectionDelegate)?
  private let transport: any ByteTransport
  private var policy: ConnectionPolicy
  private var timer: TimerToken?
  /// What the transport did not take at once.
  private var unwritten: [UInt8] = []
  private var written = 0
  private var isFlushDue = false
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
    policy = ConnectionPolicy(limits: limits, now: .now)
    session = try Session(role: role, settings: settings)
    session.attach(self)
  }

  /// Begins to read and write. The loop keeps the connection until it closes.
  func start() {
    transport.start(
      on: loop, interest: .read,
      onReady: { [self] ready in
        if ready.contains(.read) { read() }
        flushAtEndOfTurn()
      }, onLoopEnd: { [weak self] in self?.close(reason: "the event loop ended") })
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
    policy.heard(now: .now)
    do throws(SessionError) {
      unsafe try session.receive(bytes)
    } catch {
      // A GOAWAY that says why may be queued.
      end("the peer broke the protocol: \(error.description)", atOnce: false)
    }
  }

  func opened(_ stream: HTTP2Stream, head: HeaderBlock) -> (any StreamHandler)? { delegate?.opened(stream, head: head) }

  func received(_ event: ConnectionEvent) {
    perform(policy.received(event, now: .now))
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
    case .terminate(let code, let reason):
      session.terminate(code)
      ending = ending ?? reason
    case .giveUp(let reason): end(reason, atOnce: true)
    }
    flushAtEndOfTurn()
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

  private func setTimer() {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard !isClosed else { return }
    timer = loop.schedule(at: policy.nextTick()) { [weak self] in
      guard let self, !isClosed else { return }
      perform(policy.tick(now: .now, openStreams: session.openStreams))
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
    guard !isClosed else { return }
    flush()
    guard !isClosed else { return }
    if unwritten.isEmpty, ending != nil || session.isFinished {
      close(reason: ending ?? "both sides had finished")
      return
    }
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
      case .bytes(let count): written += count
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

  /// Closes the transport and every stream. Not from inside the session.
  func close(reason: String) {
    guard !isClosed else { return }
    isClosed = true
    if let timer { loop.cancel(timer) }
    timer = nil
    transport.close()
    session.abandonStreams()
    delegate?.closed(reason: reason)
  }
}
