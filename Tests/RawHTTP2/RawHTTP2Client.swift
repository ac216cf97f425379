import Glibc

/// A client that says whatever it is told to, over a blocking socket, and tells what comes back.
public final class RawHTTP2Client {
  /// How a server took what it was sent.
  public enum Verdict: Sendable, Equatable {
    /// GOAWAY with that code, and the end of the connection after it.
    case connectionError(UInt32, debug: String)
    case streamError(stream: UInt32, UInt32)
    /// The connection ended without a word.
    case closed
    /// Nothing of the kind within the time.
    case silence
  }

  public enum Event: Sendable, Equatable {
    case frame(RawFrame)
    case closed
    case timeout
  }

  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  /// Far longer than any server takes, however busy the machine.
  public static let patience = Duration.seconds(20)

  private let descriptor: Int32
  private var received: [UInt8] = []
  /// The server's settings, as far as they have come.
  public private(set) var settings: [UInt16: UInt32] = [:]
  /// The GOAWAY that told of an error, once it has come.
  public private(set) var lastWord: Verdict?
  /// Whether the server's settings are acknowledged as they come.
  public var acknowledgesSettings = true

  /// - Parameter receiveBuffer: the size of the system's buffer for what comes, in bytes; 0 leaves it be.
  public init(port: Int, receiveBuffer: Int32 = 0) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if receiveBuffer > 0 {
      var size = receiveBuffer
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var one: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    _ = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  deinit { close(descriptor) }

  // MARK: Out

  /// Sends everything, however long that takes; false once the server has gone.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  public func send(_ frames: RawFrame...) -> Bool { send(frames) }

  @discardableResult
  public func send(_ frames: [RawFrame]) -> Bool { send(frames.flatMap(\.bytes)) }

  /// Sends as much as the system takes at once; false when it takes nothing.
  public func sendWithoutWaiting(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    } > 0
  }

  /// Preface and settings both ways. Headers come back without a table, so that `HeaderDecoder` reads them.
  public func handshake(settings: [(UInt16, UInt32)] = []) {
    send(Self.preface + RawFrame.settings([(1, 0)] + settings).bytes)
    while true {
      guard case .frame(let frame) = nextFrame() else { return }
      if frame.type == 4, frame.flags & RawFrame.acknowledgement != 0 { return }
    }
  }

  // MARK: In

  /// The next frame. The server's settings are noted and acknowledged by the way.
  public func nextFrame(within time: Duration = patience) -> Event {
    let deadline = ContinuousClock.now + time
    while true {
      if let frame = takeFrame() {
        if frame.type == 4, frame.flags & RawFrame.acknowledgement == 0 {
          note(frame.payload)
          if acknowledgesSettings { send(RawFrame.settingsAcknowledgement) }
        }
        return .frame(frame)
      }
      switch readMore(until: deadline) {
      case .closed: return .closed
      case .timeout: return .timeout
      case .frame: continue
      }
    }
  }

  private func note(_ payload: [UInt8]) {
    for start in stride(from: 0, to: payload.count - 5, by: 6) {
      let value = payload[(start + 2)..<(start + 6)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      settings[UInt16(payload[start]) << 8 | UInt16(payload[start + 1])] = value
    }
  }

  private func takeFrame() -> RawFrame? {
    guard received.count >= 9 else { return nil }
    let length = received[..<3].reduce(0) { $0 << 8 | Int($1) }
    guard received.count >= 9 + length else { return nil }
    defer { received.removeFirst(9 + length) }
    let stream = received[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return RawFrame(type: received[3], flags: received[4], stream: stream, payload: Array(received[9..<(9 + length)]))
  }

  private func readMore(until deadline: ContinuousClock.Instant) -> Event {
    let left = ContinuousClock.now.duration(to: deadline).components
    let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard milliseconds > 0, unsafe poll(&waiting, 1, Int32(clamping: milliseconds)) > 0 else { return .timeout }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return .closed }
    received += buffer.prefix(count)
    return .frame(RawFrame(type: 0, stream: 0))
  }

  // MARK: What it means

  /// Reads until the server says that something was wrong, or goes.
  public func verdict(within time: Duration = patience) -> Verdict {
    let deadline = ContinuousClock.now + time
    while true {
      switch nextFrame(within: ContinuousClock.now.duration(to: deadline)) {
      case .closed: return .closed
      case .timeout: return .silence
      case .frame(let frame):
        let code = frame.payload.count >= 4 ? frame.payload.suffix(from: frame.type == 7 ? 4 : 0) : []
        let number = code.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if frame.type == 7, number != 0 {
          let word = Verdict.connectionError(number, debug: String(decoding: frame.payload.dropFirst(8), as: UTF8.self))
          lastWord = word
          return word
        }
        if frame.type == 3, number != 0 { return .streamError(stream: frame.stream, number) }
      }
    }
  }

  /// Whether the server closes the connection within that time.
  public func isClosed(within time: Duration = patience) -> Bool {
    let deadline = ContinuousClock.now + time
    while true {
      switch nextFrame(within: ContinuousClock.now.duration(to: deadline)) {
      case .closed: return true
      case .timeout: return false
      case .frame: continue
      }
    }
  }

  /// Whether a ping comes back: the connection lives, and everything sent before has been looked at.
  public func isAlive(within time: Duration = patience) -> Bool {
    let ping = RawFrame.ping("areyouup")
    guard send(ping) else { return false }
    let deadline = ContinuousClock.now + time
    while case .frame(let frame) = nextFrame(within: ContinuousClock.now.duration(to: deadline)) {
      if frame.type == 6, frame.flags & RawFrame.acknowledgement != 0, frame.payload == ping.payload { return true }
    }
    return false
  }

  /// What a stream was answered with.
  public struct Answer: Sendable, Equatable {
    public var head: HeaderList = [:]
    public var body: [UInt8] = []
    public var trailers: HeaderList = [:]
    /// The code of a reset other than NO_ERROR, if that ended the stream.
    public var reset: UInt32?
    public var isComplete = false

    public var status: String? { head[":status"] }
    /// gRPC's status number, in the trailers or (where head and trailers are one) in the head.
    public var grpcStatus: Int? { (trailers["grpc-status"] ?? head["grpc-status"]).flatMap { Int($0) } }
  }

  /// Reads until the stream has ended, or nothing more comes.
  public func answer(on stream: UInt32, within time: Duration = patience) -> Answer {
    var answer = Answer()
    let deadline = ContinuousClock.now + time
    while case .frame(let frame) = nextFrame(within: ContinuousClock.now.duration(to: deadline)) {
      guard frame.stream == stream else { continue }
      switch frame.type {
      case 0: answer.body += frame.payload
      case 1:
        let fields = (try? HeaderDecoder.decode(frame.payload)) ?? ["unreadable": ""]
        if answer.head == [:] { answer.head = fields } else { answer.trailers = fields }
      case 3:
        let code = frame.payload.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if code != 0 { answer.reset = code }
        return answer
      default: continue
      }
      if frame.flags & RawFrame.endStream != 0 {
        answer.isComplete = true
        return answer
      }
    }
    return answer
  }
}
