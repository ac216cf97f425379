import Glibc
import LocalSystem
public import Reactor
import Synchronization

/// Stands between a client and a server on stream sockets and does to their bytes what networks do. One thread, `poll`, small buffers.
public final class FaultProxy: Sendable {
  /// What happens to the bytes.
  public enum Mode: Sendable, Equatable {
    /// They arrive.
    case forward
    /// Connections stay, new ones are taken, nothing arrives: a network that swallows packets.
    case stall
    /// Connections are cut and new ones are closed at once.
    case refuse
  }

  private struct State {
    var mode = Mode.forward
    var delay: Duration = .zero
    var cuts = 0
    var isEnded = false
    var connectionsMade = 0
    var turns = 0
  }

  /// Where the proxy listens.
  public let address: SocketAddress
  private let upstream: SocketAddress
  private let listener: Int32
  /// A byte written to the second arrives at the first, which the thread watches.
  private let wakeup: (reading: Int32, writing: Int32)
  private let state = Mutex(State())

  /// Listens at the address (port 0: a free one) for connections to `upstream`; both unix sockets or numeric IPv4 addresses.
  public init(listening address: SocketAddress, upstream: SocketAddress) throws {
    self.upstream = upstream
    (listener, self.address) = try StreamSocket.listen(on: address)
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let made = unsafe socketpair(AF_UNIX, type, 0, &ends)
    precondition(made == 0, "no descriptors left")
    wakeup = (ends[0], ends[1])
    BlockingThread.run { [self] in run() }
  }

  /// How many connections have come in so far.
  public var connectionsMade: Int { state.withLock { $0.connectionsMade } }

  /// How often clients have spoken after servers had (or first): the round trips, where each side says all it has to say at once.
  public var turns: Int { state.withLock { $0.turns } }

  /// Changes what happens from now on.
  public func set(_ mode: Mode) { change { $0.mode = mode } }

  /// Holds every piece of bytes back for that long.
  public func delay(_ delay: Duration) { change { $0.delay = delay } }

  /// Cuts every connection once; new ones are served.
  public func cut() { change { $0.cuts += 1 } }

  /// Ends the proxy and its connections.
  public func end() { change { $0.isEnded = true } }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { body(&$0) }
    var byte: UInt8 = 1
    _ = unsafe send(wakeup.writing, &byte, 1, Int32(MSG_NOSIGNAL))
  }

  // MARK: The thread

  private struct Link {
    var ends: [Int32]
    /// What came from the other end and has not been written to this one.
    var pending: [[UInt8]] = [[], []]
    /// Who spoke last.
    var speaker = 1
  }

  private func run() {
    var links: [Link] = []
    var cuts = 0
    while true {
      let now = state.withLock { $0 }
      if now.isEnded || now.mode == .refuse || now.cuts != cuts {
        for link in links { for end in link.ends { close(end) } }
        links = []
        cuts = now.cuts
      }
      if now.isEnded { break }
      let events = wait(for: links, now)
      if events[0] & Int16(POLLIN) != 0 {
        var bytes = [UInt8](repeating: 0, count: 256)
        _ = unsafe recv(wakeup.reading, &bytes, bytes.count, 0)
        continue
      }
      if events[1] != 0, let link = accept(now) { links.append(link) }
      for index in links.indices.reversed() where 2 + index * 2 + 1 < events.count {
        let ready = [events[2 + index * 2], events[2 + index * 2 + 1]]
        if ready != [0, 0], !move(&links[index], ready, now.delay) {
          for end in links[index].ends { close(end) }
          links.remove(at: index)
        }
      }
    }
    close(listener)
    // The writing end stays: closing it here could hit a call of `set` that is under way.
    close(wakeup.reading)
    if case .unix(let path) = address { unsafe unlink(path) }
  }

  private func wait(for links: [Link], _ now: State) -> [Int16] {
    var entries = [
      pollfd(fd: wakeup.reading, events: Int16(POLLIN), revents: 0), pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
    ]
    for link in links {
      for side in 0...1 {
        var events: Int16 = 0
        if now.mode == .forward {
          if link.pending[1 - side].isEmpty { events |= Int16(POLLIN) }
          if !link.pending[side].isEmpty { events |= Int16(POLLOUT) }
        }
        // A negative descriptor is not looked at: a stalled network does not tell that the other end has gone either.
        entries.append(pollfd(fd: now.mode == .forward ? link.ends[side] : -1, events: events, revents: 0))
      }
    }
    _ = unsafe poll(&entries, nfds_t(entries.count), -1)
    return entries.map(\.revents)
  }

  private func accept(_ now: State) -> Link? {
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return nil }
    state.withLock { $0.connectionsMade += 1 }
    guard now.mode != .refuse, let server = try? StreamSocket.connect(to: upstream) else {
      close(client)
      return nil
    }
    for descriptor in [client, server] {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    return Link(ends: [client, server])
  }

  /// Returns false when the link is over.
  private func move(_ link: inout Link, _ ready: [Int16], _ delay: Duration) -> Bool {
    for side in 0...1 where ready[side] != 0 {
      if link.pending[1 - side].isEmpty, ready[side] & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(link.ends[side], &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno != EAGAIN) { return false }
        if count > 0 {
          link.pending[1 - side] = Array(buffer[..<count])
          if side == 0 && link.speaker == 1 { state.withLock { $0.turns += 1 } }
          link.speaker = side
        }
        if delay > .zero { usleep(UInt32(delay / .microseconds(1))) }
      }
    }
    for side in 0...1 where !link.pending[side].isEmpty {
      let count = unsafe send(link.ends[side], link.pending[side], link.pending[side].count, Int32(MSG_NOSIGNAL))
      if count < 0 && errno != EAGAIN { return false }
      if count > 0 { link.pending[side].removeFirst(count) }
    }
    return true
  }
}
