public import Cryptography
import Glibc

/// Checks every call, in this one place, against who the caller's certificate says it is.
///
/// What is not allowed is refused: UNAUTHENTICATED when the caller has shown no certificate, PERMISSION_DENIED when it may not do that.
public struct AccessControl: CallObserver {
  /// Methods by their whole path, by their service ("/lodestar.sync.v1.SheetSync/*") or all of them ("*").
  public struct Rule: Sendable, Equatable {
    /// A URI of the certificate, or its common name; "*" is everybody who has shown one.
    public var principal: String
    public var methods: [String]

    public init(principal: String, methods: [String]) {
      self.principal = principal
      self.methods = methods
    }
  }

  /// A rule as it is asked at every call: what its patterns mean has been made out.
  private struct Permission {
    let principal: String
    private let patterns: [(text: [UInt8], isPrefix: Bool)]

    init(_ rule: Rule) {
      principal = rule.principal
      patterns = rule.methods.map { method in
        if method == "*" { return ([], true) }
        return method.hasSuffix("/*") ? (Array(method.utf8.dropLast()), true) : (Array(method.utf8), false)
      }
    }

    func allows(_ method: String) -> Bool {
      var method = method
      return method.withUTF8 { bytes in
        patterns.contains { text, isPrefix in
          guard isPrefix ? bytes.count >= text.count : bytes.count == text.count else { return false }
          guard !text.isEmpty, let start = bytes.baseAddress else { return text.isEmpty }
          return unsafe memcmp(start, text, text.count) == 0
        }
      }
    }
  }

  private let permissions: [Permission]
  private let openMethods: Permission

  /// - Parameters:
  ///   - rules: who may call what; a call is allowed when any rule allows it.
  ///   - openMethods: what needs no certificate: by default health, which probes ask.
  public init(rules: [Rule], openMethods: [String] = ["/grpc.health.v1.Health/*"]) {
    permissions = rules.map(Permission.init)
    self.openMethods = Permission(Rule(principal: "*", methods: openMethods))
  }

  /// Refuses what no rule allows, before anything else is done for the call.
  public func begins(_ context: CallContext) throws {
    if !openMethods.allows(context.method) { try check(context) }
  }

  private func check(_ context: CallContext) throws(RPCError) {
    guard let identity = context.identity else {
      throw RPCError(
        .unauthenticated, "\(context.method) needs a caller with a certificate; connect with TLS and a client certificate.")
    }
    let names = identity.uris + [identity.commonName].compactMap(\.self)
    let isAllowed = permissions.contains { ($0.principal == "*" || names.contains($0.principal)) && $0.allows(context.method) }
    guard isAllowed else {
      throw RPCError(.permissionDenied, "\(identity.principal) may not call \(context.method).")
    }
  }
}

extension PeerIdentity {
  /// The name that stands for the caller in logs and rights: its first URI, else its common name.
  public var principal: String { uris.first ?? commonName ?? dnsNames.first ?? "a caller without a name" }
}
