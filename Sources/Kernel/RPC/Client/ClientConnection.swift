import HTTP2
import Reactor

/// One connection of a channel. Belongs to the channel's loop.
final class ClientConnection: ConnectionDelegate {
  private let connection: Connection
  private weak var channel: ChannelCore?
  let isEncrypted: Bool
  private var isHandshakeNews = false
  private var hasHandshaken = false

  init(transport: any ByteTransport, configuration: RPCChannelConfiguration, loop: EventLoop, channel: ChannelCore)
    throws(SessionError)
  {
    let limits = ConnectionPolicy.Limits(
      keepaliveInterval: configuration.keepalive.interval, keepaliveTimeout: configuration.keepalive.timeout, pingsWhenIdle: false)
    connection = try Connection(transport: transport, role: .client, settings: SessionSettings(), limits: limits, loop: loop)
    isEncrypted = transport.isEncrypted
    self.channel = channel
    connection.delegate = self
  }

  func start() { connection.start() }

  /// Begins a call; nil when the connection takes no more.
  func request(_ head: HeaderBlock, _ call: ClientCall) -> Int32? {
    guard !connection.isClosed else { return nil }
    defer { connection.flushAtEndOfTurn() }
    return connection.session.request(head, handler: call)
  }

  func reset(_ stream: Int32, _ code: ErrorCode) {
    connection.session.reset(stream, code)
    connection.flushAtEndOfTurn()
  }

  func consume(_ stream: Int32, _ count: Int) {
    connection.session.consume(stream, count)
    connection.flushAtEndOfTurn()
  }

  /// Says goodbye, then closes.
  func finish() { connection.finish() }

  func close(reason: String) { connection.close(reason: reason) }

  func opened(_ stream: HTTP2Stream, head: HeaderBlock) -> (any StreamHandler)? { nil }

  func received(_ event: ConnectionEvent) {
    switch event {
    case .settings:
      isHandshakeNews = !hasHandshaken
      hasHandshaken = true
    case .goAway:
      channel?.retire(self)
    default:
      break
    }
  }

  func finishedReceiving() {
    guard isHandshakeNews else { return }
    isHandshakeNews = false
    channel?.isReady(self)
  }

  func closed(reason: String) { channel?.closed(self, reason: reason) }
}
