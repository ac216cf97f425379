import Cryptography
import Glibc
import Reactor

/// TLS over another transport. Belongs to its loop.
///
/// Whatever plaintext there is comes out of `read` at once, so that nothing waits inside for an event that never comes. What the other
/// transport does not take stays here, at most `sealedAtOnce` of plaintext: until it has left, `write` answers that it would block.
final class TLSTransport: ByteTransport, @unchecked Sendable {
  /// How much plaintext is turned into ciphertext, and written, in one go.
  static let sealedAtOnce = 64 << 10
  /// A peer that lets this much of our own handshake and control records wait, by not reading, is given up.
  static let waitingLimit = 256 << 10
  /// How many times one read asks the other transport while nothing but control records come.
  private static let roundsPerRead = 4
  /// How long a refused peer has for reading why.
  private static let farewell = Duration.seconds(1)
  /// How much of what a refused peer still sends is read and dropped: a socket closed with bytes unread would take the reason with it.
  private static let farewellBytes = 256 << 10

  private let inner: any ByteTransport
  private var session: TLSSession
  private let handshakeTimeout: Duration
  private let onRefusal: (String) -> Void
  private var loop: EventLoop?
  private var onReady: ((Interest) -> Void)?
  private var timer: TimerToken?
  private var wanted: Interest = []
  /// Ciphertext that the other transport has not taken yet, from `sent` on.
  private var unsent: [UInt8] = []
  private var sent = 0
  /// Plaintext that is part of `unsent` and has not been answered for: whoever writes offers it again.
  private var sealed = 0
  private var failure: (errorNumber: Int32, reason: String)?
  private var isFinishing = false
  private var isClosed = false
  /// While a refused peer reads why: how much more of its bytes are dropped.
  private var lingering: Int?

  var peer: SocketAddress? { inner.peer }
  var identity: PeerIdentity? { session.peer }
  var isEncrypted: Bool { true }

  /// - Parameter onRefusal: told why, when the handshake does not succeed.
  init(
    _ inner: any ByteTransport, _ session: consuming TLSSession, handshakeTimeout: Duration, onRefusal: @escaping (String) -> Void
  ) {
    self.inner = inner
    self.session = session
    self.handshakeTimeout = handshakeTimeout
    self.onRefusal = onRefusal
  }

  private var isHandshaking: Bool { session.state == .handshaking }

  func explanation(of errorNumber: Int32) -> String { failure?.reason ?? SocketError.text(of: errorNumber) }

  // MARK: Readiness

  func start(on loop: EventLoop, interest: Interest, onReady: @escaping (Interest) -> Void, onLoopEnd: @escaping () -> Void) {
    self.loop = loop
    self.onReady = onReady
    wanted = interest
    timer = loop.schedule(after: handshakeTimeout) { [weak self] in self?.handshakeIsLate() }
    inner.start(on: loop, interest: .read, onReady: { [self] in becameReady($0) }, onLoopEnd: onLoopEnd)
    flush()
    updateInterest()
  }

  func setInterest(_ interest: Interest) {
    wanted = interest
    updateInterest()
  }

  /// The handshake reads whatever the owner wants, and writes only what the session has to say.
  private func updateInterest() {
    guard !isClosed else { return }
    var interest: Interest = isHandshaking ? .read : wanted
    if hasUnsent { interest.insert(.write) }
    inner.setInterest(interest)
  }

  private func becameReady(_ ready: Interest) {
    guard lingering == nil else { return linger(ready) }
    if ready.contains(.write) { flush() }
    var told: Interest = ready.contains(.read) && (isHandshaking || wanted.contains(.read)) ? .read : []
    if ready.contains(.write), !isHandshaking, !hasUnsent, wanted.contains(.write) { told.insert(.write) }
    // A write that failed is told as what it shows at the next read.
    if failure != nil { told.insert(.read) }
    if !told.isEmpty { onReady?(told) }
    updateInterest()
  }

  private func handshakeIsLate() {
    guard isHandshaking, failure == nil else { return }
    fail(EPROTO, "the TLS handshake took longer than \(handshakeTimeout)")
    onReady?(.read)
  }

  // MARK: In

  /// - Precondition: the buffer has room for plaintext that was held back and for ciphertext behind it, as the loop's has.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    precondition(buffer.count >= 2 * TLSSession.headroom, "a buffer too small for TLS")
    for _ in 0..<Self.roundsPerRead {
      if let failure { return .failed(failure.errorNumber) }
      if session.state == .ended { return .endOfStream }
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[TLSSession.headroom...])
      switch unsafe inner.read(into: room) {
      case .bytes(let count):
        let produced = unsafe open(buffer, count)
        if produced > 0 { return .bytes(produced) }
        if count < room.count, failure == nil, session.state != .ended { return .wouldBlock }
      case .wouldBlock: return .wouldBlock
      case .endOfStream: return fail(EPROTO, endWithoutGoodbye)
      case .failed(let code): return .failed(code)
      }
    }
    if let failure { return .failed(failure.errorNumber) }
    return session.state == .ended ? .endOfStream : .wouldBlock
  }

  private func open(_ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
    let wasHandshaking = isHandshaking
    var produced = 0
    do throws(TLSError) {
      produced = unsafe try session.open(buffer, ciphertext: TLSSession.headroom..<(TLSSession.headroom + count))
    } catch {
      // The alert that says why leaves before the connection does.
      flush()
      lingering = Self.farewellBytes
      fail(EPROTO, error.description)
      return 0
    }
    if wasHandshaking, !isHandshaking { cancelTimer() }
    flush()
    if unsent.count - sent > Self.waitingLimit { fail(EPROTO, "the peer does not read what it is sent") }
    updateInterest()
    // The end came with these bytes: no event will tell of it.
    if produced > 0, session.state == .ended || failure != nil { loop?.execute { [weak self] in self?.onReady?(.read) } }
    return produced
  }

  private var endWithoutGoodbye: String {
    isHandshaking ? "the peer closed the connection during the TLS handshake" : "the connection was cut off without TLS's goodbye"
  }

  // MARK: Out

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    if let failure { return .failed(failure.errorNumber) }
    guard !isHandshaking else { return .wouldBlock }
    if sealed == 0 {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.sealedAtOnce))
      do throws(TLSError) { unsafe try session.seal(piece) } catch { return fail(EPROTO, error.description) }
      sealed = piece.count
    }
    precondition(sealed <= bytes.count, "what was not taken has to be offered again")
    flush()
    if let failure { return .failed(failure.errorNumber) }
    guard !hasUnsent else { return .wouldBlock }
    defer { sealed = 0 }
    return .bytes(sealed)
  }

  private var hasUnsent: Bool { sent < unsent.count }

  /// Gives the other transport as much as it takes.
  private func flush() {
    if session.waitingCiphertext > 0 {
      if unsent.isEmpty { unsent = session.takeCiphertext() } else { unsent += session.takeCiphertext() }
    }
    while hasUnsent {
      switch unsafe unsent.withUnsafeBytes({ unsafe inner.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }) {
      case .bytes(let count): sent += count
      case .wouldBlock: return
      case .endOfStream: return drop(EPIPE)
      case .failed(let code): return drop(code)
      }
    }
    unsent = []
    sent = 0
    if isFinishing { inner.finishWriting() }
  }

  private func drop(_ errorNumber: Int32) {
    unsent = []
    sent = 0
    if failure == nil { failure = (errorNumber, SocketError.text(of: errorNumber)) }
  }

  // MARK: The end

  @discardableResult
  private func fail(_ errorNumber: Int32, _ reason: String) -> Transfer {
    if failure == nil {
      failure = (errorNumber, reason)
      if timer != nil { onRefusal(reason) }
    }
    cancelTimer()
    return .failed(errorNumber)
  }

  private func cancelTimer() {
    if let timer { loop?.cancel(timer) }
    timer = nil
  }

  func finishWriting() {
    guard !isFinishing, !isClosed else { return }
    isFinishing = true
    session.sayGoodbye()
    flush()
    updateInterest()
  }

  func close() {
    guard !isClosed else { return }
    cancelTimer()
    onReady = nil
    finishWriting()
    isClosed = true
    guard lingering != nil, let loop else { return inner.close() }
    inner.setInterest(hasUnsent ? [.read, .write] : .read)
    timer = loop.schedule(after: Self.farewell) { [self] in inner.close() }
  }

  /// Lets a refused peer read why: drops what it sends until it closes, within bounds.
  private func linger(_ ready: Interest) {
    guard isClosed, let loop else { return }
    if ready.contains(.write), hasUnsent {
      flush()
      if !hasUnsent { inner.setInterest(.read) }
    }
    guard ready.contains(.read) else { return }
    var isOver = false
    unsafe loop.withScratch { buffer in
      switch unsafe inner.read(into: buffer) {
      case .bytes(let count):
        lingering = (lingering ?? 0) - count
        isOver = lingering ?? 0 <= 0
      case .wouldBlock: break
      case .endOfStream, .failed: isOver = true
      }
    }
    guard isOver else { return }
    cancelTimer()
    inner.close()
  }
}
