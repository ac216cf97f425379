import HTTP2
import Reactor
import Wire

/// Watches over one connection whether a service is healthy (grpc.health.v1.Health/Watch). Belongs to its loop.
final class HealthWatch: StreamHandler, @unchecked Sendable {
  enum Verdict: Equatable {
    case undecided
    case serving
    case notServing(String)
  }

  static let path = "/grpc.health.v1.Health/Watch"
  private static let maximumAnswerBytes = 1 << 10

  private let service: String
  private let connection: ClientConnection
  private let head: HeaderBlock
  private let loop: EventLoop
  private let onChange: () -> Void
  private(set) var verdict = Verdict.undecided
  private var stream: Int32?
  private var outgoing = RequestLog()
  private var position = RequestLog.Position()
  private var deframer = MessageDeframer(maximumMessageBytes: HealthWatch.maximumAnswerBytes)
  private var answer = AnswerReading()
  private var failures = 0
  private var retryTimer: TimerToken?
  private var isOver = false

  init(of service: String, over connection: ClientConnection, head: HeaderBlock, loop: EventLoop, onChange: @escaping () -> Void) {
    self.service = service
    self.connection = connection
    self.head = head
    self.loop = loop
    self.onChange = onChange
  }

  var isServing: Bool { verdict == .serving }
  var isUndecided: Bool { verdict == .undecided }
  var failure: RPCError? {
    guard case .notServing(let reason) = verdict else { return nil }
    return RPCError(.unavailable, "The peer says that \"\(service)\" is not healthy: \(reason).")
  }

  func start() {
    guard !isOver, let frame = try? MessageFraming.frame(HealthCheckRequest(service: service)) else { return }
    outgoing = RequestLog()
    outgoing.append(frame)
    outgoing.finish()
    position = RequestLog.Position()
    deframer = MessageDeframer(maximumMessageBytes: Self.maximumAnswerBytes)
    answer = AnswerReading()
    // A connection that takes no more streams is about to be replaced.
    stream = connection.request(head, self)
  }

  func stop() {
    isOver = true
    if let retryTimer { loop.cancel(retryTimer) }
    retryTimer = nil
    if let stream { connection.reset(stream, .cancel) }
    stream = nil
  }

  private func decide(_ new: Verdict) {
    guard new != verdict, !isOver else { return }
    verdict = new
    onChange()
  }

  /// The watch itself failed: the service counts as unhealthy until it can be asked again.
  private func failed(_ reason: String) {
    decide(.notServing(reason))
    let pause = ConnectionBackoff.gRPC.pause(afterFailures: failures, random: .random(in: 0..<1))
    failures += 1
    retryTimer = loop.schedule(after: pause) { [weak self] in self?.start() }
  }

  // MARK: From the stream

  func received(head: HeaderBlock) {
    if case .answers(let encoding) = answer.received(head: head) { deframer.encoding = encoding }
  }

  func received(data: UnsafeRawBufferPointer) {
    if let stream { connection.consume(stream, data.count) }
    guard !isOver, answer.hasMessages else { return }
    do {
      unsafe try deframer.receive(data) { message, _ in
        guard let response = try? HealthCheckResponse(wireBytes: message) else { return }
        failures = 0
        decide(response.status == .serving ? .serving : .notServing("it answers \(response.status.protoName)"))
      }
    } catch {
      if let stream { connection.reset(stream, .cancel) }
    }
  }

  func received(trailers: HeaderBlock) { answer.received(trailers: trailers) }

  func receivedEnd() {
    stream = nil
    guard !isOver else { return }
    let error = answer.ended(isInsideMessage: deframer.isInsideMessage).error
    // A peer without the health service is taken to be healthy, as gRPC's document on health checking has it.
    if error?.code == .unimplemented { return decide(.serving) }
    failed("the watch ended with \(error?.description ?? "OK")")
  }

  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk { unsafe outgoing.take(from: &position, into: buffer) }

  func closed(_ reason: StreamClosure) {
    guard stream != nil else { return }
    stream = nil
    if !isOver, !reason.connectionLost { failed("the watch was reset (\(reason.code))") }
  }
}
