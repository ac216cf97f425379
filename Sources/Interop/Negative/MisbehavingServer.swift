import Glibc
import Reactor
import Synchronization

/// What the misbehaving server saw its callers do.
final class MisbehaviourRecord: Sendable {
  private struct State {
    var connections = 0
    var closed = 0
    /// Connections on which a call was answered.
    var used = 0
    var unansweredPings = 0
    var mostStreams: Int?
    var misunderstood = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func opened() { state.withLock { $0.connections += 1 } }
  func misunderstood() { state.withLock { $0.misunderstood += 1 } }
  func exceededStreams(_ count: Int) { state.withLock { $0.mostStreams = max($0.mostStreams ?? 0, count) } }

  func closed(outstandingPings: Int, answered: Int) {
    let told = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.closed += 1
      state.used += answered > 0 ? 1 : 0
      state.unansweredPings += abs(outstandingPings)
      guard state.closed >= state.connections else { return [] }
      defer { state.waiting.removeAll() }
      return state.waiting
    }
    for waiter in told { waiter.resume() }
  }

  /// Returns when every connection has come to its end.
  func settled() async {
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        if state.closed < state.connections { state.waiting.append(continuation) }
        return state.closed >= state.connections
      }
      if isSettled { continuation.resume() }
    }
  }

  /// What is wrong with what the callers did, once their connections are closed; nil when nothing is.
  func fault(in testCase: MisbehavingCase) -> CaseFailure? {
    let state = state.withLock { $0 }
    if state.misunderstood > 0 {
      return CaseFailure(what: "the request", expected: "a SimpleRequest", came: "\(state.misunderstood) others")
    }
    switch testCase {
    case .goaway where state.used != 2:
      return CaseFailure(what: "connections with calls", expected: "2", came: "\(state.used)")
    case .ping where state.unansweredPings != 0:
      return CaseFailure(what: "pings without an answer", expected: "0", came: "\(state.unansweredPings)")
    case .maxStreams:
      return state.mostStreams.map { CaseFailure(what: "calls open at once", expected: "1", came: "\($0)") }
    default: return nil
    }
  }
}

/// A server that answers every call with what its case is about. Runs until the program ends.
enum MisbehavingServer {
  /// Listens on the port, 0 for any; answers with the one it got.
  static func start(host: String, port: Int, _ testCase: MisbehavingCase, _ record: MisbehaviourRecord) async throws -> Int {
    guard let address = try await ResolvedAddress.resolve(.ip(host: host, port: port)).first else {
      throw CaseFailure(what: "the address", expected: "one to listen on", came: host)
    }
    let listener = try Socket.listening(on: address)
    guard case .ip(_, let bound)? = listener.localAddress else {
      throw CaseFailure(what: "the address", expected: "a port", came: "none")
    }
    let shared = SharedListener(listener)
    BlockingThread.run {
      while let socket = shared.next() {
        let accepted = AcceptedSocket(socket)
        BlockingThread.run {
          guard let socket = accepted.take() else { return }
          MisbehavingConnection(BlockingConnection(socket), testCase, record).serve()
        }
      }
    }
    return bound
  }
}

/// Carries a listener into its thread.
private final class SharedListener: Sendable {
  private let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }

  /// The next connection; nil when the listener is broken.
  func next() -> Socket? {
    while true {
      do throws(SocketError) {
        if let accepted = try socket.accept() { return accepted }
      } catch {
        return nil
      }
      var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
      unsafe poll(&entry, 1, -1)
    }
  }
}

/// Carries a connection into its thread.
private final class AcceptedSocket: Sendable {
  private let socket: Mutex<Socket?>
  init(_ socket: consuming sending Socket) { self.socket = Mutex(socket) }
  func take() -> Socket? { socket.withLock { $0.take() } }
}
