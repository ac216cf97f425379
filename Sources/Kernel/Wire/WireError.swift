/// Why bytes are not a message, or a message cannot become bytes.
public struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, whatever the message.
  public enum Reason: Sendable, Equatable {
    /// The bytes are not the wire format, or end early.
    case malformed
    /// Unpacking would need more memory than the caller's ``WireLimits`` grant.
    case overBudget(bytes: Int)
    /// A `string` field holds bytes that are not UTF-8.
    case invalidUTF8
    /// A `string` field holds U+0000, which the C structs cannot carry.
    case embeddedNUL
    /// An enumeration field holds a number that this version of the contract does not know.
    case unknownEnumNumber(Int32)
  }

  /// What is wrong.
  public var reason: Reason
  /// The full name of the message, for example "lodestar.metrics.v1.Kpi"; empty only inside the room.
  public internal(set) var message: String
  /// The field at fault, for example "kpi_name"; empty when the message as a whole is.
  public internal(set) var field: String

  public init(_ reason: Reason, message: String = "", field: String = "") {
    self.reason = reason
    self.message = message
    self.field = field
  }

  /// "lodestar.metrics.v1.Kpi.kpi_name", or the message's name.
  public var name: String { field.isEmpty ? message : "\(message).\(field)" }

  public var description: String {
    switch reason {
    case .malformed: "\(name): the bytes are not this message"
    case .overBudget(let bytes): "\(name): unpacking needs more than the \(bytes) bytes granted"
    case .invalidUTF8: "\(name): not valid UTF-8"
    case .embeddedNUL: "\(name): a string may not hold U+0000"
    case .unknownEnumNumber(let number): "\(name): \(number) is not a number of this enumeration"
    }
  }

  /// The innermost message names itself first; those around it leave the name alone.
  @usableFromInline func located(in message: String) -> WireError {
    guard self.message.isEmpty else { return self }
    var located = self
    located.message = message
    return located
  }
}
