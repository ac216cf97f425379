import HTTP2
import Logging
import Reactor

/// The way to one address (or, for pick_first, to the first of several that answers): a connection, made when it is wanted and made anew
/// when it is lost. Belongs to its channel's loop.
final class Subchannel: @unchecked Sendable {
  let addresses: [ResolvedAddress]
  /// What its calls' outcomes are counted under.
  let key: String
  private let target: String
  /// Lets go of its subchannels when it closes.
  private let channel: ChannelCore
  private var state: SubchannelState
  private var dialer: Dialer?
  private var connection: ClientConnection?
  /// Connections that take no more calls and still have some.
  private var retiring: [ObjectIdentifier: ClientConnection] = [:]
  private(set) var openCalls = 0
  /// Left out for a while since it fails more than its like.
  var isEjected = false { didSet { if isEjected != oldValue { review() } } }
  private var health: HealthWatch?
  private(set) var isReady = false

  init(_ addresses: [ResolvedAddress], of channel: ChannelCore, target: String) {
    self.addresses = addresses
    self.channel = channel
    self.target = target
    key = addresses.first?.socketAddress.description ?? ""
    state = SubchannelState(backoff: channel.configuration.backoff)
  }

  // MARK: Standing

  /// Whether calls may be sent there now.
  private func review() {
    isReady = connection != nil && state.phase == .ready && !isEjected && health?.isServing != false
    channel.subchannelChanged()
  }

  /// Whether it may soon be ready.
  var isSeeking: Bool { state.phase == .connecting || (state.phase == .ready && health?.isUndecided == true) }

  /// When a failed one may be tried again.
  var restEnd: ContinuousClock.Instant? { if case .resting(let until, _) = state.phase { until } else { nil } }

  /// Why nobody can be reached there, if so.
  var failure: RPCError? {
    switch state.phase {
    case .resting(_, let error): return error
    case .ready where isEjected: return RPCError(.unavailable, "\(target) fails too often and is left out for a while.")
    case .ready: return health?.failure
    default: return nil
    }
  }

  // MARK: Calls

  /// Sends an attempt; false when the connection takes no more.
  func begin(_ attempt: CallAttempt) -> Bool {
    guard isReady, let connection, let call = attempt.call else { return false }
    guard let stream = connection.request(channel.head(for: call, attempt.number), attempt) else {
      // The peer said that it takes no more, or the stream numbers are used up.
      retire(connection)
      return false
    }
    openCalls += 1
    attempt.subchannel = self
    attempt.began(stream, on: connection)
    return true
  }

  func ended(_ attempt: CallAttempt) {
    openCalls -= 1
    channel.attemptEnded(attempt, on: self)
  }

  // MARK: The connection

  /// Begins to connect if there is reason to.
  func want(now: ContinuousClock.Instant) {
    guard state.wanted(now: now) else { return }
    isReady = false
    channel.logger.debug("connecting", metadata: ["peer": "\(target)"])
    let dialer = Dialer(
      to: addresses, configuration: channel.configuration, keepalive: channel.keepalive, loop: channel.loop,
      secure: { [channel] in try channel.secure($0, to: $1) }
    ) { [weak self] result in self?.reached(result) }
    self.dialer = dialer
    dialer.start()
  }

  private func reached(_ result: Result<ClientConnection, SocketError>) {
    dialer = nil
    guard state.phase == .connecting else { return }
    switch result {
    case .failure(let error):
      state.failed(
        RPCError(.unavailable, "\(target) cannot be reached: \(error.reason)."), now: .now, random: .random(in: 0..<1))
      channel.lookAgain()
    case .success(let made):
      connection = made
      made.onNews = { [weak self] connection, news in self?.heard(news, from: connection) }
      state.connected()
      if let service = channel.configuration.service.healthCheckService {
        health = HealthWatch(of: service, over: made, head: channel.healthHead(), loop: channel.loop) { [weak self] in
          self?.review()
        }
        health?.start()
      }
    }
    review()
  }

  private func heard(_ news: ClientConnection.News, from old: ClientConnection) {
    switch news {
    case .ready: break
    case .retires(let code, let debug):
      if code == .enhanceYourCalm, debug.elementsEqual("too_many_pings".utf8) { channel.pingsTooOften() }
      retire(old)
    case .closed(let reason):
      retiring[ObjectIdentifier(old)] = nil
      guard old === connection else { return }
      channel.logger.debug("connection closed", metadata: ["peer": "\(target)", "reason": "\(reason)"])
      forgetConnection()
    }
  }

  /// The connection takes no more calls; those it has may end.
  private func retire(_ old: ClientConnection) {
    guard old === connection else { return }
    retiring[ObjectIdentifier(old)] = old
    forgetConnection()
  }

  private func forgetConnection() {
    connection = nil
    health?.stop()
    health = nil
    state.lost()
    channel.lookAgain()
    review()
  }

  /// Lets the connection go until the next call wants one.
  func rest() {
    guard state.phase == .ready, let old = connection else { return }
    connection = nil
    health?.stop()
    health = nil
    state.lost()
    isReady = false
    old.onNews = nil
    old.finish()
  }

  /// Takes no more calls and lets those it has come to their end: the address is no longer one of the service's.
  func retire() {
    state.close()
    isReady = false
    dialer?.cancel()
    dialer = nil
    health?.stop()
    health = nil
    guard let old = connection else { return }
    connection = nil
    old.finishWhenQuiet()
  }

  /// Ends the connections at once.
  func close() {
    state.close()
    isReady = false
    dialer?.cancel()
    dialer = nil
    health?.stop()
    health = nil
    for old in Array(retiring.values) + [connection].compactMap({ $0 }) { old.finish() }
    connection = nil
  }
}
