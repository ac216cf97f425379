import Reactor

/// A listening socket on a loop. Belongs to the loop.
final class Listener: @unchecked Sendable {
  /// How many connections one turn accepts before the others have theirs.
  private static let acceptsPerTurn = 64
  /// How long accepting rests when the process has no descriptors left: the waiting connection stays ready and would spin the loop.
  private static let restWhenExhausted = Duration.milliseconds(100)

  private let loop: EventLoop
  private var socket: Socket?
  private var registration: Registration?
  private let onAccept: (consuming Socket) -> Void
  private let onError: (SocketError) -> Void

  init(
    _ socket: consuming Socket, loop: EventLoop, onAccept: @escaping (consuming Socket) -> Void,
    onError: @escaping (SocketError) -> Void
  ) {
    self.socket = consume socket
    self.loop = loop
    self.onAccept = onAccept
    self.onError = onError
  }

  func start() {
    guard let descriptor = socket?.descriptor else { return }
    registration = loop.register(fd: descriptor, interest: .read) { [self] _ in accept() }
  }

  private func accept() {
    for _ in 0..<Self.acceptsPerTurn {
      do throws(SocketError) {
        guard let accepted = try socket?.accept() ?? nil else { return }
        onAccept(accepted)
      } catch {
        onError(error)
        registration?.setInterest([])
        loop.schedule(after: Self.restWhenExhausted) { [weak self] in self?.registration?.setInterest(.read) }
        return
      }
    }
  }

  /// Takes who is waiting already, then listens no more.
  func stop() {
    accept()
    registration?.cancel()
    registration = nil
    socket = nil
  }
}
