import HTTP2
import Logging
import Reactor

/// A channel's inside: its state, its connection, the calls that wait. Belongs to its loop.
final class ChannelCore: @unchecked Sendable {
  let loop: EventLoop
  let configuration: RPCChannelConfiguration
  private let address: SocketAddress
  private let authority: String
  private let logger: Logger
  private var state = ChannelState()
  private var connector: Connector?
  private var connection: ClientConnection?
  /// Connections that take no more calls and still have some.
  private var retiring: [ObjectIdentifier: ClientConnection] = [:]
  private var waiting: [ClientCall] = []
  private var running: [ObjectIdentifier: ClientCall] = [:]
  private var connectTimer: TimerToken?
  private var retryTimer: TimerToken?

  init(address: SocketAddress, configuration: RPCChannelConfiguration, loop: EventLoop, logger: Logger) {
    self.address = address
    self.configuration = configuration
    self.loop = loop
    self.logger = logger
    if case .unix = address { authority = "localhost" } else { authority = address.description }
    if configuration.security == nil, !address.staysOnThisMachine { logger.warning("\(SocketAddress.cleartextWarning)") }
  }

  // MARK: Calls

  /// Sends a call or lets it wait; one that cannot be is told so.
  func submit(_ call: ClientCall) {
    running[ObjectIdentifier(call)] = call
    switch state.callArrives(waitsForReady: call.waitsForReady, now: .now) {
    case .begin: begin(call)
    case .wait: waiting.append(call)
    case .connectAndWait:
      waiting.append(call)
      connect()
    case .waitUntil(let instant):
      waiting.append(call)
      retry(at: instant)
    case .fail(let error): call.finish(error)
    }
  }

  func ended(_ call: ClientCall) {
    running[ObjectIdentifier(call)] = nil
    if !call.hasBegun { waiting.removeAll { $0 === call } }
  }

  private func begin(_ call: ClientCall) {
    guard let connection else { return }
    let head = call.head.fields(scheme: connection.isEncrypted ? "https" : "http", authority: authority)
    guard let stream = connection.request(head, call) else {
      // The peer said that it takes no more, or the stream numbers are used up.
      retire(connection)
      return submit(call)
    }
    call.began(stream, on: connection)
  }

  // MARK: The connection

  private func connect() {
    logger.debug("connecting", metadata: ["peer": "\(address)"])
    let connector = Connector(to: address, loop: loop) { [weak self] result in self?.reached(result) }
    self.connector = connector
    connectTimer = loop.schedule(after: configuration.connectTimeout) { [weak self] in
      guard let self else { return }
      failed("no answer within \(configuration.connectTimeout)")
    }
    connector.start()
  }

  private func reached(_ result: Result<SocketTransport, SocketError>) {
    connector = nil
    guard state.phase == .connecting else { return }
    switch result {
    case .failure(let error): failed(error.reason)
    case .success(let transport):
      do {
        let secured = try secure(transport)
        let made = try ClientConnection(transport: secured, configuration: configuration, loop: loop, channel: self)
        connection = made
        made.start()
      } catch { failed("\(error)") }
    }
  }

  private func secure(_ transport: SocketTransport) throws -> any ByteTransport {
    guard let security = configuration.security, case .ip(let host, _) = address else { return transport }
    return try security.secure(transport, host: host, timeout: configuration.connectTimeout, logger: logger)
  }

  /// The peer has said what it speaks.
  func isReady(_ ready: ClientConnection) {
    guard ready === connection, state.phase == .connecting else { return }
    cancelConnectTimer()
    state.connected()
    let calls = waiting
    waiting.removeAll()
    for call in calls where !call.isFinished { submit(call) }
  }

  private func failed(_ reason: String) {
    cancelConnectTimer()
    connector?.cancel()
    connector = nil
    let failed = connection
    connection = nil
    let error = RPCError(.unavailable, "\(address) cannot be reached: \(reason).")
    let next = state.failedToConnect(error, now: .now, random: .random(in: 0..<1))
    failed?.close(reason: reason)
    let calls = waiting
    waiting = calls.filter(\.waitsForReady)
    for call in calls where !call.waitsForReady { call.finish(error) }
    if !waiting.isEmpty { retry(at: next) }
  }

  private func retry(at instant: ContinuousClock.Instant) {
    guard retryTimer == nil else { return }
    retryTimer = loop.schedule(at: instant) { [weak self] in
      guard let self else { return }
      retryTimer = nil
      let calls = waiting
      waiting.removeAll()
      for call in calls where !call.isFinished { submit(call) }
    }
  }

  private func cancelConnectTimer() {
    if let connectTimer { loop.cancel(connectTimer) }
    connectTimer = nil
  }

  /// The connection takes no more calls; those it has may end.
  func retire(_ old: ClientConnection) {
    guard old === connection else { return }
    guard state.phase != .connecting else { return failed("the peer is shutting down") }
    connection = nil
    retiring[ObjectIdentifier(old)] = old
    state.lost()
  }

  func closed(_ gone: ClientConnection, reason: String) {
    retiring[ObjectIdentifier(gone)] = nil
    guard gone === connection else { return }
    guard state.phase != .connecting else { return failed(reason) }
    connection = nil
    state.lost()
  }

  /// Ends every call and the connection.
  func close() {
    state.close()
    cancelConnectTimer()
    connector?.cancel()
    connector = nil
    if let retryTimer { loop.cancel(retryTimer) }
    for call in Array(running.values) { call.cancel(RPCError(.cancelled, "The channel was closed.")) }
    for old in Array(retiring.values) + [connection].compactMap({ $0 }) { old.finish() }
    connection = nil
  }
}
