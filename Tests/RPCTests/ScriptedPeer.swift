import Glibc
import HTTP2
import RPC
import Reactor
import Synchronization

/// A server of the tests' own that answers with whatever frames its script says, so that a client can be shown odd answers.
///
/// A session reads what the client sends (and acknowledges settings and pings); what goes out beside that is the script's, byte by byte.
final class ScriptedPeer: Sendable {
  /// What one request is answered with.
  enum Reply: Sendable {
    case head([(String, String)], ends: Bool = false)
    case data([UInt8], ends: Bool = false)
    case reset(ErrorCode)
    case goAway(lastStream: UInt32, ErrorCode, debug: String = "")
    case settings([(UInt16, UInt32)])
    case close
  }

  /// One request as it came.
  struct Request: Sendable {
    /// Counted over all connections, from 0.
    var number: Int
    var connection: Int
    var fields: [String: String]
    /// How large its body was, when the script is asked at its end.
    var bodyBytes = 0
  }

  typealias Script = @Sendable (Request) -> [Reply]

  private struct State {
    var requests: [Request] = []
    var connections = 0
    /// The descriptors of those that have not ended.
    var open: Set<Int32> = []
    var isClosed = false
  }

  static let okHead = [(":status", "200"), ("content-type", "application/grpc")]
  /// An empty message in its frame.
  static let emptyMessage: [UInt8] = [0, 0, 0, 0, 0]

  let address: SocketAddress
  private let script: Script
  private let answersAtHead: Bool
  private let state = Mutex(State())

  /// - Parameter answersAtHead: Whether the script is asked when the head has come, not when the request is complete.
  init(answersAtHead: Bool = false, greeting: [Reply] = [], _ script: @escaping Script) throws {
    self.script = script
    self.answersAtHead = answersAtHead
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = unsafe withUnsafeMutablePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16 in
        _ = unsafe bind(listener, generic, size)
        _ = unsafe getsockname(listener, generic, &size)
        return unsafe UInt16(bigEndian: pointer.pointee.sin_port)
      }
    }
    listen(listener, 16)
    state.withLock { _ = $0.open.insert(listener) }
    address = .ip(host: "127.0.0.1", port: Int(port))
    BlockingThread.run { [self] in
      var number = 0
      while true {
        let descriptor = accept(listener, nil, nil)
        let isWanted =
          descriptor >= 0
          && state.withLock { state in
            guard !state.isClosed else { return false }
            state.connections += 1
            state.open.insert(descriptor)
            return true
          }
        guard isWanted else {
          if descriptor >= 0 { Glibc.close(descriptor) }
          return ended(listener)
        }
        let connection = number
        number += 1
        BlockingThread.run { [self] in Conversation(descriptor, number: connection, peer: self, greeting: greeting)?.run() }
      }
    }
  }

  var requests: [Request] { state.withLock { $0.requests } }
  var connections: Int { state.withLock { $0.connections } }

  /// Ends every connection and takes no more.
  func close() {
    state.withLock { state in
      state.isClosed = true
      for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Under the lock, as a descriptor that is closed may be another test's at once.
  fileprivate func ended(_ descriptor: Int32) {
    state.withLock { state in
      state.open.remove(descriptor)
      _ = Glibc.close(descriptor)
    }
  }

  fileprivate func replies(to fields: HeaderBlock, bodyBytes: Int, connection: Int) -> [Reply] {
    var read: [String: String] = [:]
    for field in fields { read[String(decoding: field.name, as: UTF8.self)] = String(decoding: field.value, as: UTF8.self) }
    let request = state.withLock { state in
      let request = Request(number: state.requests.count, connection: connection, fields: read, bodyBytes: bodyBytes)
      state.requests.append(request)
      return request
    }
    return script(request)
  }

  // MARK: One connection

  fileprivate final class Conversation: SessionOwner {
    private let descriptor: Int32
    private let number: Int
    private let peer: ScriptedPeer
    private let greeting: [Reply]
    private let session: Session
    private var due: [(stream: Int32, replies: [Reply])] = []

    init?(_ descriptor: Int32, number: Int, peer: ScriptedPeer, greeting: [Reply]) {
      self.descriptor = descriptor
      self.number = number
      self.peer = peer
      self.greeting = greeting
      do { session = try Session(role: .server, settings: SessionSettings()) } catch { return nil }
      session.attach(self)
    }

    func run() {
      defer {
        // The streams hold this conversation.
        session.abandonStreams()
        peer.ended(descriptor)
      }
      sendSession()
      for reply in greeting { send(reply, on: 0) }
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return }
        let isSound = unsafe buffer.withUnsafeBytes { bytes -> Bool in
          do {
            unsafe try session.receive(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return true
          } catch { return false }
        }
        sendSession()
        let replies = due
        due = []
        for (stream, list) in replies {
          for reply in list {
            if case .close = reply { return }
            send(reply, on: stream)
          }
        }
        guard isSound else { return }
      }
    }

    func complete(_ stream: Int32, _ head: HeaderBlock, bodyBytes: Int = 0) {
      due.append((stream, peer.replies(to: head, bodyBytes: bodyBytes, connection: number)))
    }

    func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? {
      let head = HeaderBlock(head)
      if peer.answersAtHead { complete(stream, head) }
      return Inlet(stream, head, peer.answersAtHead ? nil : self)
    }

    func received(_ event: ConnectionEvent) {
      if case .ping(let opaque) = event { session.acknowledgePing(opaque) }
    }

    func consume(_ stream: Int32, _ count: Int) { session.consume(stream, count) }

    private func sendSession() {
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe (try? session.takeBytes(into: $0)) ?? 0 }
      write(Array(buffer.prefix(count)))
    }

    private func send(_ reply: Reply, on stream: Int32) {
      switch reply {
      case .head(let fields, let ends):
        // Literal fields without indexing: they leave the client's table alone.
        let block = fields.flatMap { name, value -> [UInt8] in
          [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        frame(1, flags: ends ? 5 : 4, stream, block)
      case .data(let bytes, let ends): frame(0, flags: ends ? 1 : 0, stream, bytes)
      case .reset(let code): frame(3, flags: 0, stream, Self.bytes(code.rawValue))
      case .goAway(let last, let code, let debug):
        frame(7, flags: 0, 0, Self.bytes(last) + Self.bytes(code.rawValue) + Array(debug.utf8))
      case .settings(let entries):
        frame(4, flags: 0, 0, entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + Self.bytes($0.1) })
      case .close: break
      }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
    }

    private func frame(_ type: UInt8, flags: UInt8, _ stream: Int32, _ payload: [UInt8]) {
      let count = payload.count
      write(
        [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
          + Self.bytes(UInt32(stream)) + payload)
    }

    private func write(_ bytes: [UInt8]) {
      guard !bytes.isEmpty else { return }
      _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
  }

  /// Takes a request in.
  private final class Inlet: StreamHandler {
    private let stream: Int32
    private let head: HeaderBlock
    private let conversation: Conversation?
    private var bodyBytes = 0

    init(_ stream: Int32, _ head: HeaderBlock, _ conversation: Conversation?) {
      self.stream = stream
      self.head = head
      self.conversation = conversation
    }

    func received(head: HeaderBlock) {}
    func received(data: UnsafeRawBufferPointer) {
      bodyBytes += data.count
      conversation?.consume(stream, data.count)
    }
    func received(trailers: HeaderBlock) {}
    func receivedEnd() { conversation?.complete(stream, head, bodyBytes: bodyBytes) }
    func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk { .later }
    func closed(_ reason: StreamClosure) {}
  }
}

/// Runs the body with a scripted peer and a channel to it.
func withScriptedPeer(
  answersAtHead: Bool = false, greeting: [ScriptedPeer.Reply] = [],
  configureChannel: (inout RPCChannelConfiguration) -> Void = { _ in }, script: @escaping ScriptedPeer.Script,
  _ body: (ScriptedPeer, RPCChannel) async throws -> Void
) async throws {
  let peer = try ScriptedPeer(answersAtHead: answersAtHead, greeting: greeting, script)
  let loops = EventLoopGroup(count: 1)
  var configuration = RPCChannelConfiguration()
  configureChannel(&configuration)
  let channel = RPCChannel(to: peer.address, configuration: configuration, loops: loops, logger: quiet)
  let outcome: Result<Void, any Error>
  do {
    try await body(peer, channel)
    outcome = .success(())
  } catch { outcome = .failure(error) }
  await channel.close()
  peer.close()
  loops.shutdown()
  try outcome.get()
}
