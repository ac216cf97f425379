import HTTP2
import Logging
import Reactor

/// A channel's inside: the names it looks up, the ways to the addresses, the calls that wait for one. Belongs to its loop.
final class ChannelCore: @unchecked Sendable {
  let loop: EventLoop
  let configuration: RPCChannelConfiguration
  /// What every call looks at, apart from the rest, which would be copied as a whole.
  let interceptors: [any ClientInterceptor]
  let service: ServiceConfiguration
  let maximumMessageBytes: Int
  let replayBytes: Int
  let logger: Logger
  /// How often peers are asked after now: less often than configured once one has complained.
  private(set) var keepalive: Keepalive
  private let target: ChannelTarget
  private var heads: RequestHeads
  private var resolution: NameResolution
  private var subchannels: [Subchannel] = []
  /// Those of them that take calls.
  private var ready: [Subchannel] = []
  private var picker: Picker
  private var waiting: [CallAttempt] = []
  private var running: [ClientCall] = []
  private var throttle: RetryThrottle?
  private var retryTimer: TimerToken?
  private var isReviewDue = false
  private var isClosed = false
  private var callsStarted = 0
  private var callsSucceeded = 0
  private let idleWatch: IdleWatch
  /// What this channel's choices at random begin with.
  private let seed = UInt64.random(in: 0...UInt64.max)
  private var outliers: OutlierWatch?

  init(target: ChannelTarget, configuration: RPCChannelConfiguration, loop: EventLoop, logger: Logger) {
    self.target = target
    self.configuration = configuration
    interceptors = configuration.interceptors
    service = configuration.service
    maximumMessageBytes = configuration.maximumMessageBytes
    replayBytes = configuration.replayBytes
    self.loop = loop
    self.logger = logger
    keepalive = configuration.keepalive
    heads = RequestHeads(
      authority: configuration.authority ?? target.authority, isSecure: configuration.security != nil && !target.isLocal)
    resolution = NameResolution(backoff: configuration.backoff)
    picker = Picker(configuration.service.loadBalancing, seed: seed)
    throttle = configuration.service.retryThrottling.map { RetryThrottle($0) }
    idleWatch = IdleWatch(timeout: configuration.idleTimeout, loop: loop)
    if configuration.security == nil, !target.staysOnThisMachine { logger.warning("\(SocketAddress.cleartextWarning)") }
  }

  // MARK: Calls

  private static let closedError = RPCError(.cancelled, "The channel is closed.")

  /// A call begins; answers with why it cannot.
  func started(_ call: ClientCall) -> RPCError? {
    guard !isClosed else { return Self.closedError }
    guard !loop.hasStopped else { return RPCError(.unavailable, "This process is shutting down.") }
    idleWatch.calls &+= 1
    callsStarted += 1
    call.place = running.count
    running.append(call)
    return nil
  }

  func ended(_ call: ClientCall, _ error: RPCError?) {
    let place = call.place
    guard place >= 0 else { return }
    if error == nil {
      throttle?.succeeded()
      callsSucceeded += 1
    }
    call.place = -1
    let last = running.removeLast()
    guard last !== call else { return }
    running[place] = last
    last.place = place
  }

  func head(for call: ClientCall, _ number: Int) -> HeaderBlock { heads.head(for: call, attempt: number) }
  func healthHead() -> HeaderBlock { heads.plain(HealthWatch.path) }

  /// Dresses a connection to an address in what the channel's security asks for.
  func secure(_ transport: SocketTransport, to address: ResolvedAddress) throws -> any ByteTransport {
    guard let security = configuration.security, case .ip(let numeric, _) = address.socketAddress else { return transport }
    let host = target.host ?? numeric
    return try security.secure(transport, host: host, timeout: configuration.connectTimeout, logger: logger)
  }

  var throttleAllowsRetry: Bool { throttle?.allowsRetry ?? true }
  func throttled<Result>(_ body: (inout RetryThrottle?) -> Result) -> Result { body(&throttle) }

  /// Sends an attempt or lets it wait; one that cannot be is told so.
  func submit(_ attempt: CallAttempt) {
    if ready.count == 1, subchannels.count == 1, ready[0].begin(attempt) { return }
    place(attempt)
  }

  private func place(_ attempt: CallAttempt) {
    guard !isClosed else { return attempt.fail(Self.closedError) }
    seek(now: .now)
    while !ready.isEmpty {
      // One that takes no more leaves the list.
      if choose(for: attempt).begin(attempt) { return }
    }
    if isSeeking || attempt.waitsForReady {
      waiting.append(attempt)
      setRetryTimer()
    } else {
      attempt.fail(lastFailure)
    }
  }

  /// The way that the policy picks; for a call that was sent before one that it was not sent to, if there is any.
  private func choose(for attempt: CallAttempt) -> Subchannel {
    let index = picker.pick(of: ready.count) { ready[$0].openCalls }
    guard attempt.number > 0, ready.count > 1, let call = attempt.call else { return ready[index] }
    for step in 0..<ready.count {
      let candidate = ready[(index + step) % ready.count]
      if !call.wasSent(over: candidate) { return candidate }
    }
    return ready[index]
  }

  /// An attempt that waited is no longer wanted.
  func withdrew(_ attempt: CallAttempt) { waiting.removeAll { $0 === attempt } }

  /// Which attempts a subchannel's failures are counted by.
  func attemptEnded(_ attempt: CallAttempt, on subchannel: Subchannel) {
    if let outliers, let succeeded = attempt.succeeded { outliers.count(succeeded, for: subchannel.key) }
  }

  var numbers: ChannelNumbers {
    var numbers = ChannelNumbers()
    numbers.subchannels = subchannels.count
    numbers.subchannelsReady = ready.count
    numbers.subchannelsEjected = subchannels.count(where: \.isEjected)
    numbers.callsStarted = callsStarted
    numbers.callsSucceeded = callsSucceeded
    numbers.callsOpen = running.count
    numbers.callsFailed = callsStarted - callsSucceeded - running.count
    numbers.callsWaiting = waiting.count
    return numbers
  }

  // MARK: Ways

  /// Looks the name up and connects, where there is need and it is time.
  private func seek(now: ContinuousClock.Instant) {
    if resolution.wanted(now: now) { resolve() }
    for subchannel in subchannels { subchannel.want(now: now) }
  }

  private var isSeeking: Bool { resolution.phase == .resolving || subchannels.contains { $0.isSeeking } }

  private var lastFailure: RPCError {
    if case .failed(_, let error) = resolution.phase, subchannels.isEmpty { return error }
    return subchannels.lazy.compactMap(\.failure).first ?? RPCError(.unavailable, "\(target) cannot be reached now.")
  }

  /// Something is different with a way: calls that wait are looked at in this turn, when whoever tells has finished.
  func subchannelChanged() {
    ready = subchannels.filter(\.isReady)
    review()
  }

  private func review() {
    guard !isReviewDue else { return }
    isReviewDue = true
    loop.execute { [self] in
      isReviewDue = false
      placeWaiting()
    }
  }

  private func placeWaiting() {
    guard !waiting.isEmpty, !ready.isEmpty || !isSeeking else { return }
    let attempts = waiting
    waiting = []
    for attempt in attempts where attempt.call != nil { place(attempt) }
  }

  /// Calls that wait for a peer that cannot be reached go on when it is next tried.
  private func setRetryTimer() {
    guard retryTimer == nil, !isSeeking else { return }
    var ends = subchannels.compactMap(\.restEnd)
    if case .failed(let until, _) = resolution.phase, subchannels.isEmpty { ends.append(until) }
    guard let next = ends.min() else { return }
    retryTimer = loop.schedule(at: next) { [weak self] in
      guard let self else { return }
      retryTimer = nil
      placeWaiting()
    }
  }

  /// A peer complained of too many pings: all are asked half as often.
  func pingsTooOften() {
    keepalive.interval = keepalive.interval * 2
    logger.notice("the peer wants fewer pings", metadata: ["peer": "\(target)", "interval": "\(keepalive.interval)"])
  }

  // MARK: Names

  /// The addresses do not do: the name may stand for others by now.
  func lookAgain() { resolution.doubt() }

  private func resolve() {
    switch target.kind {
    case .fixed(let addresses):
      let found = addresses.compactMap { ResolvedAddress.immediate($0) }.flatMap { $0 }
      resolved(found.isEmpty ? .failure(SocketError("use \(target)", reason: "it has no address")) : .success(found))
    case .name(let host, let port):
      Task { [self] in
        let found: Result<[ResolvedAddress], SocketError>
        do throws(SocketError) { found = .success(try await ResolvedAddress.resolve(.ip(host: host, port: port))) } catch {
          found = .failure(error)
        }
        loop.perform { [self] in resolved(found) }
      }
    }
  }

  private func resolved(_ result: Result<[ResolvedAddress], SocketError>) {
    guard !isClosed else { return }
    switch result {
    case .failure(let error):
      resolution.failed(
        RPCError(.unavailable, "\(target) cannot be reached: \(error.reason)."), now: .now, random: .random(in: 0..<1))
    case .success(let addresses):
      resolution.found(now: .now)
      use(addresses)
    }
    review()
  }

  /// Ways to addresses that stay are kept, with their connections.
  private func use(_ addresses: [ResolvedAddress]) {
    let groups = SubchannelPlan.groups(addresses, configuration.service.loadBalancing, seed: seed)
    var old = subchannels
    subchannels = groups.flatMap { group in
      (0..<max(1, configuration.connectionsPerAddress)).map { _ in
        if let index = old.firstIndex(where: { SubchannelPlan.areSame($0.addresses, group) }) { return old.remove(at: index) }
        return Subchannel(group, of: self, target: groups.count > 1 ? group[0].socketAddress.description : target.description)
      }
    }
    for gone in old { gone.retire() }
    ready = subchannels.filter(\.isReady)
    let now = ContinuousClock.now
    for subchannel in subchannels { subchannel.want(now: now) }
    idleWatch.start { [weak self] in self?.rest() }
    if let settings = configuration.service.outlierDetection {
      if outliers == nil { outliers = OutlierWatch(settings, loop: loop) { [weak self] in self?.eject($0) } }
      outliers?.watch(subchannels.map(\.key))
    }
  }

  private func eject(_ keys: Set<String>) {
    for subchannel in subchannels { subchannel.isEjected = keys.contains(subchannel.key) }
  }

  // MARK: The end

  /// Nobody has called for long.
  private func rest() {
    guard running.isEmpty else { return }
    for subchannel in subchannels { subchannel.rest() }
    ready = []
  }

  /// Ends every call and the connections.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    if let retryTimer { loop.cancel(retryTimer) }
    idleWatch.stop()
    outliers?.stop()
    for call in running.reversed() { call.cancel(RPCError(.cancelled, "The channel was closed.")) }
    for subchannel in subchannels { subchannel.close() }
    subchannels = []
    ready = []
    waiting = []
  }
}
