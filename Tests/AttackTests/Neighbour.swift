import Glibc
import RawHTTP2
import Synchronization

/// Another client of the server that is attacked: makes one small call after the other over its own connection.
final class Neighbour {
  private let client: RawHTTP2Client
  private var stream: UInt32 = 1

  init(_ server: ServerUnderTest) { client = server.client() }

  /// How long the slowest of so many calls took; a call that fails counts as an hour.
  func slowestCall(of count: Int) -> Duration {
    (0..<count).map { _ in
      let answer = ContinuousClock().measure {
        client.send(.headers(stream, .call("/test.Service/Echo"), ends: false), .data(stream, ServerUnderTest.message, ends: true))
        if client.answer(on: stream).grpcStatus != 0 { hasFailed = true }
        stream += 2
      }
      return hasFailed ? .seconds(3600) : answer
    }.max() ?? .zero
  }

  private var hasFailed = false
}

enum ProcessMemory {
  /// What this process has in memory, the server included.
  static var residentBytes: Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, 128, file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

/// Set once, looked at from elsewhere.
final class Gauge: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
