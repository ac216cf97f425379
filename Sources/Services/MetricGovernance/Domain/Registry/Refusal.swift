/// The rules said no: nothing was changed.
public struct Refusal: Error, Equatable, Sendable {
  public enum Kind: Sendable {
    /// Something in the request is wrong in itself.
    case invalid
    case notFound
    case alreadyExists
    /// Right in itself, but not now: the state it is about does not allow it.
    case precondition
    /// Somebody changed it first.
    case aborted
    /// Not for this principal.
    case denied
  }

  public var kind: Kind
  /// A stable word for programs, in capitals: "APPROVAL_MISSING".
  public var reason: String
  /// The way to the field at fault, as "content.definition"; empty for the whole request.
  public var field: String
  /// What was wrong and what would be right, for people.
  public var message: String

  public init(_ kind: Kind, _ reason: String, field: String = "", _ message: String) {
    self.kind = kind
    self.reason = reason
    self.field = field
    self.message = message
  }
}
