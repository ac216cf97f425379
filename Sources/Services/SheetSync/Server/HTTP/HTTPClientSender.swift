import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Requests through async-http-client. Connections are kept for a while; redirections are not followed, for they would take the token
/// along.
final class HTTPClientSender: HTTPSender {
  private let client: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(10)
    // A request's own timeout ends with the head of its answer; this one holds between the pieces of the body.
    configuration.timeout.read = .seconds(120)
    configuration.connectionPool.idleTimeout = .seconds(30)
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  func send(_ request: HTTPRequest) async throws -> HTTPExchange {
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.method = request.method == .get ? .GET : .POST
    outgoing.headers.add(name: "User-Agent", value: "lodestar-sync")
    for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
    if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
    do {
      let response = try await client.execute(outgoing, timeout: .nanoseconds(Int64(request.timeout / .nanoseconds(1))))
      let body = try await response.body.collect(upTo: request.mostBytes)
      return .answer(
        HTTPAnswer(
          status: Int(response.status.code), retryAfterSeconds: response.headers.first(name: "Retry-After").flatMap { Double($0) },
          body: Array(body.readableBytesView)))
    } catch is NIOTooManyBytesError {
      return .tooLong
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
      try Task.checkCancellation()
      return .timedOut
    } catch {
      try Task.checkCancellation()
      return .cut("\(error)")
    }
  }

  func close() async { try? await client.shutdown() }
}

/// The same, made when the first request is sent: its threads and its memory are only there where a service over HTTP is used.
final class LazyHTTPSender: HTTPSender {
  private enum State {
    case unused
    case made(HTTPClientSender)
    case closed
  }

  private let state = Mutex<State>(.unused)

  func send(_ request: HTTPRequest) async throws -> HTTPExchange {
    let sender = state.withLock { state -> HTTPClientSender? in
      switch state {
      case .made(let sender): return sender
      case .closed: return nil
      case .unused:
        let sender = HTTPClientSender()
        state = .made(sender)
        return sender
      }
    }
    guard let sender else { throw CancellationError() }
    return try await sender.send(request)
  }

  func close() async {
    let sender = state.withLock { state -> HTTPClientSender? in
      defer { state = .closed }
      return if case .made(let sender) = state { sender } else { nil }
    }
    await sender?.close()
  }
}
