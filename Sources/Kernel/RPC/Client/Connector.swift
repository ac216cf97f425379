import Reactor

/// One attempt to reach an address: looks the name up, then tries its addresses in order. Belongs to its loop.
final class Connector: @unchecked Sendable {
  private let address: SocketAddress
  private let loop: EventLoop
  private let onDone: (Result<SocketTransport, SocketError>) -> Void
  private var candidates: [ResolvedAddress] = []
  private var socket: Socket?
  private var registration: Registration?
  private var isOver = false
  private var lastError: SocketError?

  init(to address: SocketAddress, loop: EventLoop, onDone: @escaping (Result<SocketTransport, SocketError>) -> Void) {
    self.address = address
    self.loop = loop
    self.onDone = onDone
  }

  func start() {
    if let ready = ResolvedAddress.immediate(address) { return tryNext(of: ready) }
    Task { [self] in
      let found: Result<[ResolvedAddress], SocketError>
      do throws(SocketError) { found = .success(try await ResolvedAddress.resolve(address)) } catch { found = .failure(error) }
      loop.perform { [self] in
        guard !isOver else { return }
        switch found {
        case .success(let addresses): tryNext(of: addresses)
        case .failure(let error): finish(.failure(error))
        }
      }
    }
  }

  /// Gives up; `onDone` is not called.
  func cancel() {
    isOver = true
    registration?.cancel()
    registration = nil
    socket = nil
  }

  private func tryNext(of addresses: [ResolvedAddress]) {
    candidates = addresses
    tryNext()
  }

  private func tryNext() {
    while !candidates.isEmpty {
      let candidate = candidates.removeFirst()
      do throws(SocketError) {
        let attempt = try Socket.connecting(to: candidate)
        registration = loop.register(fd: attempt.descriptor, interest: .write) { [self] _ in settled(candidate) }
        socket = consume attempt
        return
      } catch { lastError = error }
    }
    finish(.failure(lastError ?? SocketError("connect to \(address)", reason: "it has no address")))
  }

  private func settled(_ candidate: ResolvedAddress) {
    registration?.cancel()
    registration = nil
    guard let connected = socket.take() else { return }
    let code = connected.connectionError
    guard code == 0 else {
      lastError = SocketError("connect to \(candidate.socketAddress)", errorNumber: code)
      return tryNext()
    }
    finish(.success(SocketTransport(connected)))
  }

  private func finish(_ result: Result<SocketTransport, SocketError>) {
    guard !isOver else { return }
    isOver = true
    onDone(result)
  }
}
