import HTTP2
import Reactor

/// One connection of a channel. Belongs to the channel's loop.
final class ClientConnection: ConnectionDelegate {
  enum News {
    /// The peer has said what it speaks.
    case ready
    /// The peer takes no more calls; those it has may end.
    case retires(ErrorCode, debug: [UInt8])
    case closed(reason: String)
  }

  private let connection: Connection
  /// Who wants to know; changes hands when the connection is ready.
  var onNews: ((ClientConnection, News) -> Void)?
  private var isHandshakeNews = false
  private var hasHandshaken = false

  init(transport: any ByteTransport, configuration: RPCChannelConfiguration, keepalive: Keepalive, loop: EventLoop)
    throws(SessionError)
  {
    let limits = ConnectionPolicy.Limits(
      keepaliveInterval: keepalive.interval, keepaliveTimeout: keepalive.timeout, pingsWhenIdle: configuration.pingsWhenIdle)
    var settings = SessionSettings()
    settings.maximumHeaderBytes = configuration.maximumHeaderBytes
    connection = try Connection(transport: transport, role: .client, settings: settings, limits: limits, loop: loop)
  }

  var peer: SocketAddress? { connection.peer }
  var openStreams: Int { connection.session.openStreams }

  func start() { connection.start(for: self) }

  /// Begins a stream; nil when the connection takes no more.
  func request(_ head: HeaderBlock, _ handler: any StreamHandler) -> Int32? {
    guard !connection.isClosed else { return nil }
    defer { connection.flushAtEndOfTurn() }
    return connection.session.request(head, handler: handler)
  }

  func reset(_ stream: Int32, _ code: ErrorCode) {
    connection.session.reset(stream, code)
    connection.flushAtEndOfTurn()
  }

  func consume(_ stream: Int32, _ count: Int) {
    connection.session.consume(stream, count)
    connection.flushAtEndOfTurn()
  }

  func resume(_ stream: Int32) {
    connection.session.resume(stream)
    connection.flushAtEndOfTurn()
  }

  /// Takes no further streams and closes when the last has ended.
  func finishWhenQuiet() {
    connection.session.goAway(.noError)
    connection.flushAtEndOfTurn()
  }

  /// Says goodbye, then closes.
  func finish() { connection.finish() }

  func close(reason: String) { connection.close(reason: reason) }

  // MARK: From the connection

  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? { nil }

  func received(_ event: ConnectionEvent) {
    switch event {
    case .settings:
      isHandshakeNews = !hasHandshaken
      hasHandshaken = true
    case .goAway(_, let code, let debug):
      onNews?(self, .retires(code, debug: debug))
    default:
      break
    }
  }

  func finishedReceiving() {
    guard isHandshakeNews else { return }
    isHandshakeNews = false
    onNews?(self, .ready)
  }

  func closed(reason: String) {
    onNews?(self, .closed(reason: reason))
    onNews = nil
  }
}
