import HTTP2
import Reactor
import Testing
import Wire

@testable import RPC

/// One call over a session that a test drives by hand: what it sends is what it is told to, right or wrong.
final class HandMadeCall: StreamHandler, SessionOwner {
  /// What came back.
  struct Answer {
    var head: [String: String] = [:]
    var trailers: [String: String] = [:]
    var messages: [[UInt8]] = []
    var bodyBytes = 0
    var closure: StreamClosure?
  }

  private var outbox = Outbox()
  private var deframer = MessageDeframer(maximumMessageBytes: 16 << 20, encoding: .gzip)
  private(set) var answer = Answer()

  /// Sends whole messages, waits for the end.
  static func run(
    _ test: TestServer, _ path: String, _ messages: [some WireMessage], encoding: MessageEncoding = .identity
  ) throws -> Answer {
    var body: [UInt8] = []
    for message in messages { body += try MessageFraming.frame(message, encoding: encoding) }
    let fields = encoding == .identity ? [:] : ["grpc-encoding": encoding.rawValue, "grpc-accept-encoding": "identity,gzip"]
    return try run(test, path, body: body, fields: fields)
  }

  /// Sends a body as it is, then the end; waits for the answer's.
  static func run(_ test: TestServer, _ path: String, body: [UInt8], fields: [String: String] = [:]) throws -> Answer {
    guard case .ip(_, let port) = test.address else { preconditionFailure("calls by hand go over TCP") }
    let call = HandMadeCall()
    if !body.isEmpty { call.outbox.append(body) }
    call.outbox.finish(.end)
    let session = try Session(role: .client, settings: SessionSettings())
    session.attach(call)
    var head = HeaderBlock()
    let plain = [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"), ("te", "trailers"),
      ("content-type", "application/grpc"),
    ]
    for (name, value) in plain + fields.sorted(by: { $0.key < $1.key }) { head.append(name: name.utf8, value: value.utf8) }
    _ = session.request(head, handler: call)
    let socket = RawClient(port: port)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while call.answer.closure == nil {
      while true {
        let count = unsafe try buffer.withUnsafeMutableBytes { unsafe try session.takeBytes(into: $0) }
        guard count > 0 else { break }
        socket.send(Array(buffer.prefix(count)))
      }
      let bytes = try #require(socket.receive(), "the server neither answers nor closes the call")
      unsafe try bytes.withUnsafeBytes { unsafe try session.receive($0) }
    }
    return call.answer
  }

  private func dictionary(_ fields: HeaderBlock) -> [String: String] {
    fields.reduce(into: [:]) { $0[String(decoding: $1.name, as: UTF8.self)] = String(decoding: $1.value, as: UTF8.self) }
  }

  func opened(_ stream: Int32, head: borrowing IncomingFields) -> (any StreamHandler)? { nil }
  func received(_ event: ConnectionEvent) {}
  func received(head: HeaderBlock) { answer.head = dictionary(head) }
  func received(trailers: HeaderBlock) { answer.trailers = dictionary(trailers) }
  func received(data: UnsafeRawBufferPointer) {
    answer.bodyBytes += data.count
    do { unsafe try deframer.receive(data) { message, _ in answer.messages.append(message) } } catch {
      Issue.record("the answer is not framed: \(error)")
    }
  }
  func receivedEnd() {}
  func nextBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyChunk { unsafe outbox.take(into: buffer) }
  func closed(_ reason: StreamClosure) { answer.closure = reason }
}
