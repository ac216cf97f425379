import Cryptography
import Logging
import MetricGovernanceDomain
import RPC

/// Tells who calls, and with which roles: by the URI of the caller's certificate, or, where nobody can prove who they are because the
/// service speaks in clear text, by what the caller says.
struct Callers: Sendable {
  /// The metadata by which a caller in clear text says who it is: "person/ada".
  static let header = "lodestar-principal"

  private let policy: PolicySource
  /// Whether a caller without a certificate is taken at its word.
  private let takesWord: Bool

  /// - Parameter takesWord: true for a service that speaks in clear text; with TLS nobody is taken at their word.
  init(policy: PolicySource, takesWord: Bool) {
    self.policy = policy
    self.takesWord = takesWord
  }

  /// With fixed roles, by the principals' URIs.
  init(roles: [String: Set<Principal.Role>], takesWord: Bool = true) {
    self.init(policy: PolicySource(Policy(roles: roles)), takesWord: takesWord)
  }

  /// Throws UNAUTHENTICATED when the caller has not said who it is, or says what its certificate does not.
  func principal(of context: CallContext) throws(RPCError) -> Principal {
    let uri = try uri(of: context)
    return Principal(
      uri: uri, kind: PrincipalName.person(uri) == nil ? .service : .person, roles: policy.current(context.logger).roles(of: uri))
  }

  /// Throws when the caller may not make the call. Asks nobody who only reads for a name.
  func check(_ context: CallContext) throws(RPCError) {
    guard let right = Rights.table[context.method] else { throw Rights.unknown(context.method) }
    switch right {
    case .anyone: return
    case .serviceOrPerson where takesWord && context.metadata[Self.header] == nil && context.identity == nil: return
    case .holder, .person, .serviceOrPerson: break
    }
    try Rights.check(try principal(of: context), method: context.method, hasPolicy: policy.isNamed)
  }

  private func uri(of context: CallContext) throws(RPCError) -> String {
    let said = try said(context)
    guard let identity = context.identity else {
      guard takesWord else {
        throw Self.unauthenticated(
          context, "a certificate",
          "Connect with TLS and a certificate of this system's authority; `lodestar people add` issues one.")
      }
      guard let said else {
        throw Self.unauthenticated(
          context, "a name", "This service speaks in clear text: send the metadata \(Self.header): person/NAME.")
      }
      return said
    }
    // A SPIFFE certificate has one URI; of several, nobody could say which the caller is.
    guard identity.uris.count == 1, let proven = identity.uris.first, PrincipalName.uri(proven) == proven else {
      throw Self.unauthenticated(
        context, "a certificate that names one URI",
        "This one names \(identity.uris.count); `lodestar people add` issues a right one.")
    }
    guard said == nil || said == proven else {
      throw RPCError(
        .unauthenticated,
        "The certificate is \(PrincipalName.short(proven))'s, but \(Self.header) says \(PrincipalName.short(said ?? "")). Leave that metadata out."
      )
    }
    return proven
  }

  /// What the caller says of itself, as a URI.
  private func said(_ context: CallContext) throws(RPCError) -> String? {
    let values = context.metadata.values(of: Self.header)
    guard let value = values.first else { return nil }
    guard values.count == 1, let uri = PrincipalName.uri(value) else {
      throw RPCError(
        .unauthenticated,
        "\(Self.header) has to name one principal, as person/ada or lodestar-sync; it was \"\(values.joined(separator: ", "))\".")
    }
    return uri
  }

  private static func unauthenticated(_ context: CallContext, _ need: String, _ mend: String) -> RPCError {
    RPCError(
      .unauthenticated, "\(Rights.name(of: context.method)) needs a caller with \(need). \(mend)",
      details: [.errorInfo(reason: "CALLER_UNKNOWN", domain: Refusal.errorDomain)])
  }
}

/// Checks every call of lodestar.metrics.v1 against the table of rights, in this one place, before its handler sees it.
struct RightsCheck: CallObserver {
  let callers: Callers

  func begins(_ context: CallContext) throws {
    // Health and reflection are for whoever can connect.
    if context.method.hasPrefix(Rights.package) { try callers.check(context) }
  }
}
