import RPC
import Wire

/// One connection of a misbehaving server: takes whole requests, sends the steps of its case as the caller's windows allow.
final class MisbehavingConnection {
  /// The caller may send this much before it has to hear from us again, which is more than a case sends.
  private static let generousWindow: UInt32 = 1 << 30

  private struct Stream {
    var request: [UInt8] = []
    var steps: ArraySlice<AnswerStep> = []
    var window: Int
    var isAnswering = false
  }

  private let connection: BlockingConnection
  private let testCase: MisbehavingCase
  private let record: MisbehaviourRecord
  private var streams: [UInt32: Stream] = [:]
  private var window = 65_535
  /// What the caller's settings say of new streams' windows.
  private var initialWindow = 65_535
  private var answered = 0
  private var outstandingPings = 0

  init(_ connection: BlockingConnection, _ testCase: MisbehavingCase, _ record: MisbehaviourRecord) {
    (self.connection, self.testCase, self.record) = (connection, testCase, record)
  }

  /// Serves until the peer leaves or makes a mistake.
  func serve() {
    record.opened()
    defer { record.closed(outstandingPings: outstandingPings, answered: answered) }
    guard let preface = connection.read(24), preface == Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) else { return }
    var settings: [(UInt16, UInt32)] = [(4, Self.generousWindow)]
    if let limit = testCase.maximumConcurrentStreams { settings.append((3, limit)) }
    guard send([.settings(settings), .windowUpdate(Self.generousWindow)]) else { return }
    while let frame = nextFrame() {
      guard take(frame), pump() else { return }
    }
  }

  private func nextFrame() -> HTTP2Frame? {
    guard let header = connection.read(HTTP2Frame.headerBytes),
      let payload = connection.read(Int(HTTP2Frame.number(header[0..<3])))
    else { return nil }
    return HTTP2Frame(header: header, payload: payload)
  }

  private func send(_ frames: [HTTP2Frame]) -> Bool { connection.write(frames.flatMap(\.bytes)) }

  /// Whether the connection goes on.
  private func take(_ frame: HTTP2Frame) -> Bool {
    switch HTTP2Frame.Kind(rawValue: frame.kind) {
    case .headers: return open(frame)
    case .data: return receive(frame)
    case .reset: streams[frame.stream] = nil
    case .settings: return takeSettings(frame)
    case .ping:
      guard frame.flags & HTTP2Frame.acknowledgement == 0 else {
        outstandingPings -= 1
        return true
      }
      return send([HTTP2Frame(.ping, flags: HTTP2Frame.acknowledgement, payload: frame.payload)])
    case .windowUpdate:
      let increment = Int(HTTP2Frame.number(frame.payload[...]))
      if frame.stream == 0 { window += increment } else { streams[frame.stream]?.window += increment }
    case .goaway, nil: break
    }
    return true
  }

  private func takeSettings(_ frame: HTTP2Frame) -> Bool {
    guard frame.flags & HTTP2Frame.acknowledgement == 0 else { return true }
    for start in stride(from: 0, to: frame.payload.count - 5, by: 6)
    where HTTP2Frame.number(frame.payload[start..<start + 2]) == 4 {
      let value = Int(HTTP2Frame.number(frame.payload[start + 2..<start + 6]))
      for id in streams.keys { streams[id]?.window += value - initialWindow }
      initialWindow = value
    }
    return send([HTTP2Frame(.settings, flags: HTTP2Frame.acknowledgement)])
  }

  private func open(_ frame: HTTP2Frame) -> Bool {
    if let limit = testCase.maximumConcurrentStreams, streams.count >= Int(limit) {
      record.exceededStreams(streams.count + 1)
      return send([.reset(stream: frame.stream, code: .protocolError)])
    }
    streams[frame.stream] = Stream(window: initialWindow)
    return frame.flags & HTTP2Frame.endStream == 0 || answer(frame.stream)
  }

  private func receive(_ frame: HTTP2Frame) -> Bool {
    var bytes = frame.payload[...]
    if frame.flags & HTTP2Frame.padded != 0, let padding = bytes.popFirst() { bytes = bytes.dropLast(Int(padding)) }
    streams[frame.stream]?.request += bytes
    return frame.flags & HTTP2Frame.endStream == 0 || answer(frame.stream)
  }

  /// The request is whole: plans what to send.
  private func answer(_ id: UInt32) -> Bool {
    guard let stream = streams[id] else { return true }
    guard stream.request.count >= 5, let request = try? SimpleRequest(wireBytes: Array(stream.request[5...])),
      let payload = try? Payload(zeros: request.responseSize), let message = try? SimpleResponse(payload: payload).wireBytes()
    else {
      record.misunderstood()
      return send([.reset(stream: id, code: .protocolError)])
    }
    let framed = [0] + HTTP2Frame.bytes(UInt32(message.count)) + message
    streams[id]?.steps = testCase.answer(stream: id, message: framed, isFirst: answered == 0)[...]
    streams[id]?.isAnswering = true
    answered += 1
    return true
  }

  /// Sends what the windows have room for; false when the connection is broken.
  private func pump() -> Bool {
    var out: [UInt8] = []
    for id in streams.keys.sorted() {
      guard var stream = streams[id], stream.isAnswering else { continue }
      while let step = stream.steps.first {
        switch step {
        case .frame(let frame): out += frame.bytes
        case .ping:
          outstandingPings += 1
          out += HTTP2Frame(.ping, payload: [UInt8](repeating: 7, count: 8)).bytes
        case .part(let bytes, let padding):
          let frame = HTTP2Frame.data(stream: id, bytes, padding: padding)
          guard frame.payload.count <= min(window, stream.window) else {
            streams[id] = stream
            return connection.write(out)
          }
          window -= frame.payload.count
          stream.window -= frame.payload.count
          out += frame.bytes
        }
        stream.steps.removeFirst()
      }
      streams[id] = nil
    }
    return connection.write(out)
  }
}
