/// Something on this machine is not as it must be: what was wrong, where, and what would be right.
public struct LocalSystemError: Error, Sendable, CustomStringConvertible {
  public let message: String
  /// A command or an action that mends it; empty when none is known.
  public let mend: String

  public init(_ message: String, mend: String = "") {
    self.message = message
    self.mend = mend
  }

  public var description: String { mend.isEmpty ? message : "\(message); \(mend)" }
}
