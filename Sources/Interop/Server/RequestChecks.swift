import Glibc
import RPC

/// The metadata that a server sends back as it came.
enum EchoedMetadata {
  static let initial = "x-grpc-test-echo-initial"
  static let trailing = "x-grpc-test-echo-trailing-bin"
}

enum Wallclock {
  /// Since 1970.
  static var nanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Payload {
  /// The largest that is given out: more than any test asks for, less than would hurt.
  static let mostBytes: Int32 = 64 << 20

  /// Throws INVALID_ARGUMENT for a size that nobody can have meant.
  init(zeros count: Int32) throws(RPCError) {
    guard (0...Self.mostBytes).contains(count) else {
      throw RPCError(.invalidArgument, "A payload has 0 to \(Self.mostBytes) bytes, not \(count).")
    }
    self.init(type: .compressable, body: [UInt8](repeating: 0, count: Int(count)))
  }
}

extension BoolValue {
  /// Whether the request that was read last is compressed as it says; INVALID_ARGUMENT when not.
  func check(_ context: CallContext) throws(RPCError) {
    guard value != context.wasRequestCompressed else { return }
    throw RPCError(
      .invalidArgument,
      value ? "The request says that it is compressed, and is not." : "The request says that it is not compressed, and is.")
  }
}

extension EchoStatus {
  /// Ends the call as it says.
  func check() throws(RPCError) {
    guard code != 0 else { return }
    throw RPCError(StatusCode(rawValue: Int(code)) ?? .unknown, message)
  }
}
