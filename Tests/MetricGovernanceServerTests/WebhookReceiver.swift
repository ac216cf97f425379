import Glibc
import Reactor
import Synchronization

@testable import MetricGovernanceServer

/// An HTTP server of a test: notes what it is sent, and answers as it is told.
final class WebhookReceiver: Sendable {
  struct Request: Sendable, Equatable {
    var head: String
    var body: String

    func field(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
        .map { String($0.dropFirst(name.count + 2)) }
    }
  }

  /// Whole answers; nil hangs up without one.
  typealias Answering = @Sendable (_ request: Request, _ number: Int) -> String?

  static let ok = "HTTP/1.1 204 No Content\r\n\r\n"

  let port: Int
  private let listener: Int32
  private let received = Mutex<[Request]>([])
  private let news: AsyncStream<Request>
  private let continuation: AsyncStream<Request>.Continuation

  var requests: [Request] { received.withLock { $0 } }
  var url: String { "http://127.0.0.1:\(port)/hook?team=data" }

  init(port: Int = 0, _ answer: @escaping Answering = { _, _ in WebhookReceiver.ok }) throws {
    (news, continuation) = AsyncStream.makeStream(of: Request.self)
    let addresses = ResolvedAddress.immediate(.ip(host: "127.0.0.1", port: port))!
    let socket = try Socket.listening(on: addresses[0])
    guard case .ip(_, let bound)? = socket.localAddress else { throw SocketError("listen", reason: "no port") }
    self.port = bound
    listener = dup(socket.descriptor)
    let flags = fcntl(listener, F_GETFL)
    _ = fcntl(listener, F_SETFL, flags & ~O_NONBLOCK)
    let (received, continuation, listener) = (Shared(self), continuation, listener)
    BlockingThread.run {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return continuation.finish() }
        defer { close(connection) }
        guard let request = Self.read(connection), let receiver = received.value else { continue }
        let number = receiver.received.withLock { requests in
          requests.append(request)
          return requests.count
        }
        if let answer = answer(request, number) {
          let bytes = Array(answer.utf8)
          _ = unsafe bytes.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        continuation.yield(request)
      }
    }
  }

  private final class Shared: Sendable {
    private let receiver: Mutex<Weak>
    struct Weak { weak var value: WebhookReceiver? }
    init(_ receiver: WebhookReceiver) { self.receiver = Mutex(Weak(value: receiver)) }
    var value: WebhookReceiver? { receiver.withLock { $0.value } }
  }

  /// Waits until one more has come than were waited for before.
  func next() async -> Request? {
    for await request in news { return request }
    return nil
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let head = String(text[..<end.lowerBound])
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        let body = text[end.upperBound...]
        if body.utf8.count >= length { return Request(head: head, body: String(body)) }
      }
      var room = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(connection, &room, room.count, 0)
      guard count > 0 else { return nil }
      bytes += room[..<count]
    }
  }
}

extension String {
  fileprivate func range(of other: String) -> Range<String.Index>? { firstRange(of: other) }
}
