import HTTP2
import Reactor

/// One sending of a call: a stream, or the wait for one. Belongs to its channel's loop.
final class CallAttempt: StreamHandler {
  /// Nil when the call no longer cares: the end of the stream is then only counted.
  private(set) var call: ClientCall?
  /// How many attempts that count were made before this one.
  let number: Int
  /// Where this attempt is in what the call sends.
  private(set) var position = RequestLog.Position()
  /// Who carries it, for the counting of open calls.
  var subchannel: Subchannel?
  private var stream: Int32 = 0
  private var connection: ClientConnection?
  private var deframer: MessageDeframer
  private var answer = AnswerReading()
  private var withheldBytes = 0
  private var isOver = false
  /// Whether it went well, when that says something of its peer.
  private(set) var succeeded: Bool?

  init(_ call: ClientCall, number: Int) {
    self.call = call
    self.number = number
    deframer = MessageDeframer(maximumMessageBytes: call.terms.maximumAnswerBytes)
  }

  var waitsForReady: Bool { call?.terms.waitsForReady ?? false }
  var isOpen: Bool { connection != nil && !isOver }

  // MARK: For the channel

  /// The stream is there.
  func began(_ stream: Int32, on connection: ClientConnection) {
    self.stream = stream
    self.connection = connection
    call?.began(self, with: connection.peer)
  }

  /// Nobody can carry it.
  func fail(_ error: RPCError) { end(AttemptOutcome(error: error)) }

  // MARK: For the call

  /// More is to be sent.
  func resume() {
    if isOpen { connection?.resume(stream) }
  }

  /// The reader has caught up: the peer may send on.
  func giveBackWindow() {
    guard withheldBytes > 0, isOpen else { return }
    connection?.consume(stream, withheldBytes)
    withheldBytes = 0
  }

  /// Ends the attempt from this side; the call is told nothing. That the peer was too slow is held against it.
  func cancel(isLate: Bool = false) {
    guard !isOver else { return }
    isOver = true
    if isLate { succeeded = false }
    if let connection {
      connection.reset(stream, .cancel)
    } else {
      call?.channel.withdrew(self)
    }
    call = nil
  }

  private func end(_ outcome: AttemptOutcome) {
    guard !isOver else { return }
    isOver = true
    if outcome.transparency == .none { succeeded = outcome.error == nil }
    let told = call
    call = nil
    told?.ended(self, outcome)
  }

  /// Ends the attempt for a mistake of the peer.
  private func reject(_ error: RPCError) {
    connection?.reset(stream, .cancel)
    end(AttemptOutcome(error: error))
  }

  // MARK: From the stream

  func received(head: HeaderBlock) {
    guard let call, !isOver else { return }
    switch answer.received(head: head) {
    case .answers(let encoding):
      deframer.encoding = encoding
      call.commits(to: self, head: head)
    case .statusFollows: break
    case .reject(let error): reject(error)
    }
  }

  func received(data: UnsafeRawBufferPointer) {
    guard let call, let connection, !isOver, answer.hasMessages else {
      // Nobody reads it, but the window belongs to the whole connection.
      connection?.consume(stream, data.count)
      return
    }
    do throws(RPCError) {
      unsafe try deframer.receive(data) { message, wasCompressed in call.received(message, wasCompressed: wasCompressed) }
    } catch {
      return reject(error)
    }
    guard isOpen else { return }
    if call.isReaderBehind { withheldBytes += data.count } else { connection.consume(stream, data.count) }
    call.deliver()
  }

  func received(trailers: HeaderBlock) { answer.received(trailers: trailers) }

  func receivedEnd() {
    guard !isOver else { return }
    let outcome = answer.ended(isInsideMessage: deframer.isInsideMessage)
    if let call, !call.requests.isSent(to: position) {
      // The peer has said all it has to say: what is left of the request is for nobody.
      connection?.reset(stream, .noError)
    }
    end(outcome)
  }

  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk {
    guard let call else { return .later }
    let chunk = unsafe call.requests.take(from: &position, into: buffer)
    call.sent(self)
    return chunk
  }

  func closed(_ reason: StreamClosure) {
    let carrier = subchannel
    subchannel = nil
    connection = nil
    // Putting into words how a stream ended takes longer than many a call, and most have ended before.
    if !isOver { end(AttemptOutcome(reason)) }
    carrier?.ended(self)
  }
}
