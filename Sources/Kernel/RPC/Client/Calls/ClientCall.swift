import HTTP2
import Reactor

/// One call being made, however often it is sent. Belongs to its channel's loop.
final class ClientCall: @unchecked Sendable {
  /// While more than this is waiting for the reader, the peer's window is not given back.
  private static let readerHighWaterBytes = 256 << 10
  /// A writer waits while more than this is on its way, and goes on when less than half of it is.
  private static let writerHighWaterBytes = 64 << 10
  /// How often a call that never left this process is sent anew without its policy being asked.
  private static let unsentAttemptsLimit = 5

  private enum Phase {
    case fresh
    case running
    case finished(RPCError?)
  }

  let channel: ChannelCore
  let path: String
  let shape: CallShape
  let terms: CallTerms
  private(set) var requests = RequestLog()
  /// Its place among the channel's running calls.
  var place = -1
  private var phase = Phase.fresh
  private var attempt: CallAttempt?
  /// Further attempts that run at the same time.
  private var hedges: [CallAttempt] = []
  /// Whether it stays with the attempt it has.
  private var isCommitted = false
  private var plan: RetryPlan?
  private var unsentAttempts = 0
  private var wasRefused = false
  /// Whom it was sent to, when it may be sent to others.
  private var asked: [ObjectIdentifier] = []
  private var tally = CallTally()
  private var reader = AnswerReader()
  private var writers: [BlockedWriter] = []
  private var deadlineTimer: TimerToken?
  private var planTimer: TimerToken?

  private var loop: EventLoop { channel.loop }

  /// - Parameter request: The one request in its frame, when there is one; otherwise requests are written later.
  init(channel: ChannelCore, path: String, shape: CallShape, request: [UInt8]?, terms: CallTerms, plan: RetryPlan?) {
    self.channel = channel
    self.path = path
    self.shape = shape
    self.terms = terms
    self.plan = plan
    guard let request else { return }
    append(request)
    requests.finish()
  }

  // MARK: For the caller, on any thread

  /// The next message; nil at the end. One reader at a time. A call that does not run yet starts with this.
  func next() async throws -> [UInt8]? {
    guard !Task.isCancelled else { throw cancelledEarly() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if loop.isCurrent { read(continuation) } else { loop.execute { [self] in read(continuation) } }
      }
    } onCancel: {
      abandon()
    }
  }

  /// The one message of a call that is answered with one.
  func soleAnswer() async throws -> [UInt8] {
    guard !Task.isCancelled else { throw cancelledEarly() }
    return try await withTaskCancellationHandler {
      #if DEBUG
        try await withCheckedThrowingContinuation { readSoleOnLoop(CallContinuation($0)) }
      #else
        try await unsafe withUnsafeThrowingContinuation { unsafe readSoleOnLoop(CallContinuation($0)) }
      #endif
    } onCancel: {
      abandon()
    }
  }

  private static let cancelledError = RPCError(.cancelled, "The call was cancelled.")

  private func cancelledEarly() -> RPCError {
    abandon()
    return Self.cancelledError
  }

  /// Nobody wants it any more.
  func abandon() {
    loop.execute { [self] in cancel(Self.cancelledError) }
  }

  /// Sends it off before anybody reads.
  func begin() {
    loop.perform { [self] in start() }
  }

  /// Sends a frame and returns when there is room for the next.
  func send(_ frame: [UInt8]) async throws {
    if loop.isCurrent {
      if try offer(frame) { return }
    } else {
      let hasRoom = try await withCheckedThrowingContinuation { continuation in
        loop.execute { [self] in continuation.resume(with: Result { try offer(frame) }) }
      }
      if hasRoom { return }
    }
    try await room()
  }

  /// No further request will be written.
  func finishRequests() {
    loop.perform { [self] in
      guard !requests.isFinished else { return }
      requests.finish()
      resumeAttempts()
    }
  }

  // MARK: Reading, on the loop

  private func read(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
    start()
    reader.read(continuation)
    if !isReaderBehind { attempt?.giveBackWindow() }
  }

  private func readSoleOnLoop(_ continuation: CallContinuation<[UInt8]>) {
    if loop.isCurrent {
      readSole(continuation)
    } else {
      loop.execute { [self] in readSole(continuation) }
    }
  }

  private func readSole(_ continuation: CallContinuation<[UInt8]>) {
    start()
    reader.readSole(continuation)
  }

  var isReaderBehind: Bool { reader.waitingBytes > Self.readerHighWaterBytes }

  func received(_ message: [UInt8], wasCompressed: Bool) {
    guard !isFinished else { return }
    tally.receivedMessages += 1
    tally.receivedBytes += message.count
    if shape.hasOneAnswer, tally.receivedMessages > 1 {
      return cancel(RPCError(.unimplemented, "The peer sent more than one message; the method answers with one."))
    }
    reader.record = terms.record
    reader.append(message, wasCompressed: wasCompressed)
  }

  /// The messages that came with a piece are there: time to wake the reader.
  func deliver() { if reader.isMessageAwaited { reader.deliver() } }

  // MARK: Writing, on the loop

  private func append(_ frame: [UInt8]) {
    requests.append(frame)
    tally.sentMessages += 1
    tally.sentBytes += frame.count
  }

  /// Takes a frame; false when the next should wait.
  private func offer(_ frame: [UInt8]) throws(RPCError) -> Bool {
    if case .finished(let error) = phase { throw Self.writingError(error) }
    guard !requests.isFinished else {
      throw RPCError(.failedPrecondition, "Nothing can be written after the requests were finished.")
    }
    append(frame)
    if !isCommitted, requests.heldBytes > terms.replayBytes { commitToFurthest() }
    resumeAttempts()
    return unsentBytes <= Self.writerHighWaterBytes
  }

  private static func writingError(_ error: RPCError?) -> RPCError {
    error ?? RPCError(.cancelled, "The peer has ended the call; it takes no more messages.")
  }

  private func room() async throws {
    let writer = BlockedWriter()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.perform { [self] in
          writer.wait(continuation)
          if case .finished(let error) = phase {
            writer.resume(throwing: Self.writingError(error))
          } else if writer.isCancelled {
            writer.cancel()
          } else if unsentBytes <= Self.writerHighWaterBytes {
            writer.resume(throwing: nil)
          } else {
            writers.append(writer)
          }
        }
      }
    } onCancel: {
      loop.execute { writer.cancel() }
    }
  }

  /// What the attempt that is furthest has not sent.
  private var unsentBytes: Int { requests.appendedBytes - (furthest?.position.bytes ?? 0) }

  private var furthest: CallAttempt? {
    hedges.isEmpty ? attempt : ([attempt].compactMap { $0 } + hedges).max { $0.position.bytes < $1.position.bytes }
  }

  private func resumeAttempts() {
    attempt?.resume()
    for hedge in hedges { hedge.resume() }
  }

  /// An attempt has sent a piece.
  func sent(_ attempt: CallAttempt) {
    if isCommitted { requests.forget(before: attempt.position) }
    if !writers.isEmpty, unsentBytes <= Self.writerHighWaterBytes / 2 { releaseWriters(nil) }
  }

  private func releaseWriters(_ error: (any Error)?) {
    guard !writers.isEmpty else { return }
    let waiting = writers
    writers.removeAll()
    for writer in waiting { writer.resume(throwing: error) }
  }

  // MARK: Sending

  var isFinished: Bool { if case .finished = phase { true } else { false } }

  private func start() {
    guard case .fresh = phase else { return }
    phase = .running
    if let deadline = terms.deadline {
      guard deadline > .now else { return finish(AttemptOutcome(error: Self.deadlineError)) }
      deadlineTimer = loop.schedule(at: deadline) { [weak self] in self?.cancel(Self.deadlineError) }
    }
    if let error = channel.started(self) { return finish(AttemptOutcome(error: error)) }
    if requests.heldBytes > terms.replayBytes { isCommitted = true }
    launch()
  }

  private func launch() {
    let number = plan?.attempts ?? 0
    plan?.attemptBegins()
    if case .hedge(let policy) = plan?.policy, plan?.mayHedge == true { setPlanTimer(after: policy.delay) }
    launch(number: number)
  }

  private func launch(number: Int) {
    let next = CallAttempt(self, number: number)
    if attempt == nil { attempt = next } else { hedges.append(next) }
    channel.submit(next)
  }

  func began(_ attempt: CallAttempt, with peer: SocketAddress?) {
    tally.attempts += 1
    terms.record?.began(with: peer)
    if plan != nil, let subchannel = attempt.subchannel { asked.append(ObjectIdentifier(subchannel)) }
  }

  func wasSent(over subchannel: Subchannel) -> Bool { asked.contains(ObjectIdentifier(subchannel)) }

  private func setPlanTimer(after delay: Duration) {
    if let planTimer { loop.cancel(planTimer) }
    planTimer = loop.schedule(after: delay) { [weak self] in
      guard let self, case .running = phase else { return }
      planTimer = nil
      // A first hedge waits its turn; a retry has nobody else to wait for.
      if attempt == nil || (!isCommitted && plan?.mayHedge == true && channel.throttleAllowsRetry) { launch() }
    }
  }

  // MARK: Committing

  /// The answer has begun: the call stays with this attempt.
  func commits(to chosen: CallAttempt, head: HeaderBlock) {
    guard case .running = phase else { return }
    commit(to: chosen)
    if let record = terms.record { record.received(initial: Metadata(head) ?? Metadata()) }
  }

  /// Too much to be kept was written: whoever has sent most goes on alone.
  private func commitToFurthest() {
    isCommitted = true
    if let furthest { commit(to: furthest) }
  }

  private func commit(to chosen: CallAttempt) {
    isCommitted = true
    if !hedges.isEmpty {
      let others = ([attempt].compactMap { $0 } + hedges).filter { $0 !== chosen }
      attempt = chosen
      hedges = []
      for other in others { other.cancel() }
    }
    cancelPlanTimer()
    requests.forget(before: chosen.position)
  }

  private func cancelPlanTimer() {
    if let planTimer { loop.cancel(planTimer) }
    planTimer = nil
  }

  // MARK: The end

  private static let deadlineError = RPCError(.deadlineExceeded, "The deadline of the call has passed.")

  /// An attempt has come to its end.
  func ended(_ ended: CallAttempt, _ outcome: AttemptOutcome) {
    guard case .running = phase else { return }
    if attempt === ended { attempt = hedges.isEmpty ? nil : hedges.removeFirst() } else { hedges.removeAll { $0 === ended } }
    var outcome = outcome
    if outcome.wasReset, let deadline = terms.deadline, deadline <= .now { outcome.error = Self.deadlineError }
    guard let error = outcome.error else { return finish(outcome) }
    if isFreeToRepeat(outcome) { return launch(number: ended.number) }
    guard !isCommitted, plan != nil else { return finish(outcome) }
    let isAlone = attempt == nil
    let step = channel.throttled { throttle in
      plan?.failed(error.code, outcome.pushback, isAlone: isAlone, throttle: &throttle, random: .random(in: 0..<1)) ?? .finish
    }
    switch step {
    case .finish: finish(outcome)
    case .wait: break
    case .sendNow: launch()
    case .sendAfter(let delay): setPlanTimer(after: delay)
    }
  }

  /// Whether no handler can have seen the attempt, so that sending it once more is no second call.
  private func isFreeToRepeat(_ outcome: AttemptOutcome) -> Bool {
    guard requests.isWhole else { return false }
    switch outcome.transparency {
    case .none: return false
    case .unsent:
      unsentAttempts += 1
      return unsentAttempts < Self.unsentAttemptsLimit
    case .refused:
      defer { wasRefused = true }
      return !wasRefused
    }
  }

  /// Ends the call from this side.
  func cancel(_ error: RPCError) {
    guard !isFinished else { return }
    finish(AttemptOutcome(error: error))
  }

  /// Decides how the call ends, once; messages that came before are still read.
  private func finish(_ outcome: AttemptOutcome) {
    guard !isFinished else { return }
    var error = outcome.error
    if error == nil, shape.hasOneAnswer, tally.receivedMessages == 0 {
      error = RPCError(.unimplemented, "The peer ended the call without a message; the method answers with one.")
    }
    phase = .finished(error)
    channel.ended(self, error)
    let open = hedges
    hedges = []
    attempt?.cancel(isLate: error?.code == .deadlineExceeded)
    attempt = nil
    for other in open { other.cancel() }
    if let deadlineTimer { loop.cancel(deadlineTimer) }
    deadlineTimer = nil
    cancelPlanTimer()
    requests.forgetAll()
    if let record = terms.record, let trailing = outcome.trailing { record.received(trailing: Metadata(trailing) ?? Metadata()) }
    terms.observers?.tell(tally, outcome: error, now: .now)
    reader.finish(error)
    if !writers.isEmpty { releaseWriters(Self.writingError(error)) }
  }
}
