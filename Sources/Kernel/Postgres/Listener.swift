import Logging
import Reactor
import Synchronization

/// LISTEN for a whole database, on one connection of its own that is made again whenever it breaks.
/// Belongs to its loop's thread, but for `listen` and `close`.
final class Listener: @unchecked Sendable {
  /// Notifications that wait for a slow reader.
  private static let backlog = 256

  private let loop: EventLoop
  private let configuration: DatabaseConfiguration
  private let connector: Connector
  private let logger: Logger
  private var streams: [String: [UInt64: AsyncStream<PostgresNotification>.Continuation]] = [:]
  private var nextStream: UInt64 = 0
  private var connection: LoopConnection?
  private var isConnecting = false
  private var isClosed = false
  private var pause: Duration

  init(on loop: EventLoop, _ configuration: DatabaseConfiguration, _ connector: Connector, _ logger: Logger) {
    self.loop = loop
    self.configuration = configuration
    self.connector = connector
    self.logger = logger
    pause = configuration.reconnectPause.lowerBound
  }

  func listen(_ channel: String) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(Self.backlog))
    loop.runHere { [self] in add(continuation, to: channel) }
    return stream
  }

  func close() {
    loop.runHere { [self] in
      isClosed = true
      connection?.close()
      connection = nil
      let ended = streams.values.flatMap(\.values)
      streams = [:]
      for continuation in ended { continuation.finish() }
    }
  }

  private func add(_ continuation: AsyncStream<PostgresNotification>.Continuation, to channel: String) {
    guard !isClosed else { return continuation.finish() }
    let number = nextStream
    nextStream += 1
    let isFirst = streams[channel] == nil
    streams[channel, default: [:]][number] = continuation
    continuation.onTermination = { [weak self] _ in
      guard let self else { return }
      loop.execute { self.remove(number, from: channel) }
    }
    if connection == nil { return reconnect() }
    // Either the channel is listened to already, or it is about to be; LISTEN twice does no harm.
    if isFirst { subscribe([channel]) } else { subscribe([channel], only: number) }
  }

  private func remove(_ number: UInt64, from channel: String) {
    guard streams[channel]?.removeValue(forKey: number) != nil, streams[channel]!.isEmpty else { return }
    streams[channel] = nil
    guard let connection else { return }
    if streams.isEmpty {
      connection.close()
      self.connection = nil
    } else {
      run(["UNLISTEN \(identifier: channel)"], on: connection) {}
    }
  }

  private func reconnect() {
    guard !isConnecting, !isClosed, connection == nil, !streams.isEmpty else { return }
    isConnecting = true
    connector.connect(on: loop) { [self] result in
      isConnecting = false
      switch result {
      case .success(let connection) where isClosed || streams.isEmpty: connection.close()
      case .success(let connection): start(connection)
      case .failure(let error): retry(after: error)
      }
    }
  }

  private func start(_ connection: LoopConnection) {
    self.connection = connection
    pause = configuration.reconnectPause.lowerBound
    connection.onNotifications = { [weak self] notifications in
      for notification in notifications { self?.deliver(notification) }
    }
    connection.onEnd = { [weak self] error in
      self?.connection = nil
      self?.retry(after: error)
    }
    subscribe(Array(streams.keys))
  }

  private func retry(after error: PostgresError) {
    guard !isClosed, !streams.isEmpty else { return }
    logger.debug("Listening was interrupted", metadata: ["reason": "\(error.message)"])
    loop.schedule(after: pause * Double.random(in: 0.75...1.25)) { [weak self] in self?.reconnect() }
    pause = min(pause * 2, configuration.reconnectPause.upperBound)
  }

  /// Listens, then tells the readers that what came before is not known.
  private func subscribe(_ channels: [String], only number: UInt64? = nil) {
    guard let connection else { return }
    run(channels.map { "LISTEN \(identifier: $0)" }, on: connection) { [weak self] in
      for channel in channels {
        self?.deliver(PostgresNotification(channel: channel, isGap: true), only: number)
      }
    }
  }

  private func run(_ statements: [Statement], on connection: LoopConnection, then tell: @escaping @Sendable () -> Void) {
    let limit = ContinuousClock.now.advanced(by: configuration.connectTimeout)
    Task(executorPreference: loop) { [loop] in
      let outcome = try? await connection.run(deadline: limit) { .pipeline(statements) }
      loop.runHere {
        // A connection that cannot listen is of no use; its end starts another.
        if outcome?.error == nil { tell() } else { connection.fail() }
      }
    }
  }

  private func deliver(_ notification: PostgresNotification, only number: UInt64? = nil) {
    for (key, continuation) in streams[notification.channel] ?? [:] where number == nil || key == number {
      if case .dropped = continuation.yield(notification) {
        continuation.yield(PostgresNotification(channel: notification.channel, isGap: true))
      }
    }
  }
}
