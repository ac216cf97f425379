/// Who calls: a person or a service, by the URI of its certificate.
public struct Principal: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable { case person, service }
  public enum Role: String, CaseIterable, Sendable {
    case viewer, pm, analyst
    case governanceBoard = "governance-board"
    case `operator`
  }

  /// As "spiffe://lodestar.local/person/ada"; what the audit trail names.
  public var uri: String
  public var kind: Kind
  public var roles: Set<Role>

  public init(uri: String, kind: Kind, roles: Set<Role>) {
    self.uri = uri
    self.kind = kind
    self.roles = roles
  }

  public var description: String { uri }
}
