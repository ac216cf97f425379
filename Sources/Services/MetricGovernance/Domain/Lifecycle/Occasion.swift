/// Who changes something, when, why, and what they believed to change: what every rule is asked with.
public struct Occasion: Equatable, Sendable {
  public var principal: Principal
  /// By the database's clock.
  public var now: Instant
  /// For the audit trail; has to say something.
  public var reason: String
  /// The metric's revision as the caller knows it; 0 for a metric that is not there yet.
  public var expectedRevision: Int64

  public init(principal: Principal, now: Instant, reason: String, expectedRevision: Int64 = 0) {
    self.principal = principal
    self.now = now
    self.reason = reason
    self.expectedRevision = expectedRevision
  }
}

/// What a kind of change asks of whoever makes it. The table of rights asks the same of each call before; here it is part of the rules, so
/// that no other way to them leads around it.
enum Authority {
  /// Drafts, requests, deprecation, sunset: a person who works on metrics.
  case author
  /// Decisions that stay with people of the board.
  case board
  /// Pins: anybody who may do more than look.
  case user

  func check(_ principal: Principal, to act: String) throws(Refusal) {
    let person = principal.kind == .person
    switch self {
    case .author:
      guard person, !principal.roles.isDisjoint(with: [.analyst, .governanceBoard]) else {
        throw Self.refusal(principal, act, "a person with the role analyst or governance-board")
      }
    case .board:
      guard person, principal.roles.contains(.governanceBoard) else {
        throw Self.refusal(principal, act, "a person with the role governance-board")
      }
    case .user:
      guard !principal.roles.subtracting([.viewer]).isEmpty else {
        throw Self.refusal(principal, act, "a person or service with a role other than viewer")
      }
    }
  }

  private static func refusal(_ principal: Principal, _ act: String, _ need: String) -> Refusal {
    Refusal(.denied, "NOT_ALLOWED", "\(principal) may not \(act): it takes \(need).")
  }
}
