import Glibc

/// A call on a socket that the system refused.
public struct SocketError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was being done, as a verb with its object: "listen on 127.0.0.1:5001".
  public var operation: String
  /// The system's error number, 0 when the address could not be made out.
  public var errorNumber: Int32
  public var reason: String

  public init(_ operation: String, errorNumber: Int32) {
    self.operation = operation
    self.errorNumber = errorNumber
    self.reason = Self.text(of: errorNumber)
  }

  public init(_ operation: String, reason: String) {
    self.operation = operation
    self.errorNumber = 0
    self.reason = reason
  }

  public var description: String { "cannot \(operation): \(reason)" }

  /// The system's own words for an error number.
  public static func text(of errorNumber: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, unsafe strerror_r(errorNumber, base, buffer.count) == 0 else {
        return "error \(errorNumber)"
      }
      return unsafe String(cString: base)
    }
  }
}
