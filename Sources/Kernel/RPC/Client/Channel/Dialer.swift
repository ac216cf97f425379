import HTTP2
import Reactor

/// One attempt to reach any of some addresses: the first whose peer has said that it speaks HTTP/2 wins. Belongs to its loop.
final class Dialer: @unchecked Sendable {
  /// One address being tried.
  private final class Candidate: @unchecked Sendable {
    let address: ResolvedAddress
    var socket: Socket?
    var registration: Registration?
    var connection: ClientConnection?

    init(_ address: ResolvedAddress) { self.address = address }

    func drop() {
      registration?.cancel()
      registration = nil
      socket = nil
      connection?.onNews = nil
      connection?.close(reason: "another connection was quicker")
      connection = nil
    }
  }

  private let addresses: [ResolvedAddress]
  private let configuration: RPCChannelConfiguration
  private let keepalive: Keepalive
  private let loop: EventLoop
  private let secure: (SocketTransport, ResolvedAddress) throws -> any ByteTransport
  private let onDone: (Result<ClientConnection, SocketError>) -> Void
  private var race: AddressRace
  private var candidates: [Candidate] = []
  private var staggerTimer: TimerToken?
  private var patienceTimer: TimerToken?
  private var isOver = false
  private var lastReason = "it has no address"

  init(
    to addresses: [ResolvedAddress], configuration: RPCChannelConfiguration, keepalive: Keepalive, loop: EventLoop,
    secure: @escaping (SocketTransport, ResolvedAddress) throws -> any ByteTransport,
    onDone: @escaping (Result<ClientConnection, SocketError>) -> Void
  ) {
    self.addresses = addresses
    self.configuration = configuration
    self.keepalive = keepalive
    self.loop = loop
    self.secure = secure
    self.onDone = onDone
    race = AddressRace(count: addresses.count)
  }

  func start() {
    patienceTimer = loop.schedule(after: configuration.connectTimeout) { [weak self] in
      guard let self else { return }
      finish(.failure(SocketError("connect", reason: "no answer within \(configuration.connectTimeout)")))
    }
    tryNext()
  }

  /// Gives up; `onDone` is not called.
  func cancel() {
    isOver = true
    cleanUp(keeping: nil)
  }

  private func tryNext() {
    if let staggerTimer { loop.cancel(staggerTimer) }
    staggerTimer = nil
    while let index = race.begin() {
      if begin(Candidate(addresses[index])) { break }
      race.failed()
    }
    if race.isLost { return finish(.failure(SocketError("connect", reason: lastReason))) }
    guard race.hasMore else { return }
    staggerTimer = loop.schedule(after: AddressRace.stagger) { [weak self] in
      guard let self, !isOver else { return }
      tryNext()
    }
  }

  private func begin(_ candidate: Candidate) -> Bool {
    do throws(SocketError) {
      let socket = try Socket.connecting(to: candidate.address)
      candidate.registration = loop.register(fd: socket.descriptor, interest: .write) { [weak self] _ in self?.settled(candidate) }
      candidate.socket = consume socket
    } catch {
      lastReason = error.reason
      return false
    }
    candidates.append(candidate)
    return true
  }

  /// The transport has decided whether it is there.
  private func settled(_ candidate: Candidate) {
    candidate.registration?.cancel()
    candidate.registration = nil
    guard !isOver, let socket = candidate.socket.take() else { return }
    let code = socket.connectionError
    guard code == 0 else { return failed(candidate, SocketError.text(of: code)) }
    do {
      let connection = try ClientConnection(
        transport: try secure(SocketTransport(socket), candidate.address), configuration: configuration, keepalive: keepalive,
        loop: loop)
      candidate.connection = connection
      connection.onNews = { [weak self] _, news in self?.heard(news, from: candidate) }
      connection.start()
    } catch { failed(candidate, "\(error)") }
  }

  private func heard(_ news: ClientConnection.News, from candidate: Candidate) {
    guard !isOver, let connection = candidate.connection else { return }
    switch news {
    case .ready: finish(.success(connection), winner: candidate)
    case .retires: failed(candidate, "the peer is shutting down")
    case .closed(let reason): failed(candidate, reason)
    }
  }

  private func failed(_ candidate: Candidate, _ reason: String) {
    lastReason = reason
    candidates.removeAll { $0 === candidate }
    candidate.connection?.onNews = nil
    // Its session may be in the middle of telling us, and must not be closed from inside.
    loop.execute { candidate.drop() }
    race.failed()
    tryNext()
  }

  private func finish(_ result: Result<ClientConnection, SocketError>, winner: Candidate? = nil) {
    guard !isOver else { return }
    isOver = true
    cleanUp(keeping: winner)
    onDone(result)
  }

  private func cleanUp(keeping winner: Candidate?) {
    if let staggerTimer { loop.cancel(staggerTimer) }
    if let patienceTimer { loop.cancel(patienceTimer) }
    let rest = candidates
    candidates = []
    for candidate in rest where candidate !== winner { candidate.drop() }
  }
}
