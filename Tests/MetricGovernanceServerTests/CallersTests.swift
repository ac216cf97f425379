import Cryptography
import MetricGovernanceDomain
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite struct CallersTests {
  private static let ada = "spiffe://lodestar.local/person/ada"
  private static let roles: [String: Set<Principal.Role>] = [
    ada: [.governanceBoard], "spiffe://lodestar.local/lodestar-sync": [.pm],
  ]

  private func context(
    _ method: String = "MetricLifecycle/Approve", said: [String] = [], proven: [String]? = nil, commonName: String? = nil
  ) -> CallContext {
    var metadata = Metadata()
    for value in said { metadata.append(Callers.header, value) }
    return CallContext(
      method: Rights.path(method), metadata: metadata, deadline: nil, peer: "test",
      identity: proven.map { PeerIdentity(commonName: commonName, uris: $0) }, logger: .silent)
  }

  @Test func `a certificate's URI is who calls, with the roles of the policy`() throws {
    let callers = Callers(roles: Self.roles, takesWord: false)
    let ada = try callers.principal(of: context(proven: [Self.ada]))
    #expect(ada == Principal(uri: Self.ada, kind: .person, roles: [.governanceBoard]))
    let sync = try callers.principal(of: context(proven: ["spiffe://lodestar.local/lodestar-sync"]))
    #expect(sync.kind == .service && sync.roles == [.pm])
    let stranger = try callers.principal(of: context(proven: ["spiffe://elsewhere.example/person/ada"]))
    #expect(stranger.kind == .service && stranger.roles.isEmpty)
  }

  @Test(arguments: [[], [ada, "spiffe://lodestar.local/person/bob"], ["spiffe://lodestar.local/person/"]])
  func `a certificate that does not name one principal is nobody's`(uris: [String]) {
    let callers = Callers(roles: Self.roles, takesWord: false)
    let error = #expect(throws: RPCError.self) {
      try callers.principal(of: context(proven: uris, commonName: Self.ada))
    }
    #expect(error?.code == .unauthenticated)
  }

  @Test func `in clear text a caller is taken at its word`() throws {
    let callers = Callers(roles: Self.roles)
    #expect(try callers.principal(of: context(said: ["person/ada"])).roles == [.governanceBoard])
    #expect(try callers.principal(of: context(said: [Self.ada])).uri == Self.ada)
    #expect(try callers.principal(of: context(said: ["lodestar-sync"])).kind == .service)
    for wrong in [[], [""], ["person/"], ["person"], ["a b"], ["person/ada", "person/bob"]] {
      #expect(throws: RPCError.self, "\(wrong)") { try callers.principal(of: context(said: wrong)) }
    }
  }

  @Test func `with TLS a word without a certificate counts for nothing`() {
    let error = #expect(throws: RPCError.self) {
      try Callers(roles: Self.roles, takesWord: false).principal(of: context(said: ["person/ada"]))
    }
    #expect(error?.code == .unauthenticated && error?.message.contains("a certificate") == true)
  }

  @Test func `who says to be somebody else than the certificate does is refused`() throws {
    let callers = Callers(roles: Self.roles, takesWord: false)
    _ = try callers.principal(of: context(said: ["person/ada"], proven: [Self.ada]))
    let error = #expect(throws: RPCError.self) {
      try callers.principal(of: context(said: ["person/ada"], proven: ["spiffe://lodestar.local/person/eve"]))
    }
    #expect(error?.message == "The certificate is person/eve's, but lodestar-principal says person/ada. Leave that metadata out.")
  }

  @Test func `reading asks for no name, and deciding for a right`() async throws {
    let check = RightsCheck(callers: Callers(roles: Self.roles))
    try await check.intercept(context("MetricRegistry/ResolveVersion")) { _ in }
    try await check.intercept(context(said: ["person/ada"])) { _ in }
    await #expect(throws: RPCError.self) {
      try await check.intercept(context(said: ["lodestar-sync"])) { _ in Issue.record("the handler was reached") }
    }
    await #expect(throws: RPCError.self) {
      try await check.intercept(context("MetricLifecycle/Vanish", said: ["person/ada"])) { _ in
        Issue.record("the handler was reached")
      }
    }
  }

  @Test func `the KPIs are saved by our services and by people who may more than read`() throws {
    let save = "MetricGovernance/SaveMetricsConfig"
    let proving = Callers(roles: Self.roles, takesWord: false)
    try proving.check(context(save, proven: ["spiffe://lodestar.local/lodestar-compiler"]))
    try proving.check(context(save, proven: [Self.ada]))
    #expect(throws: RPCError.self) { try proving.check(context(save, proven: ["spiffe://lodestar.local/person/eve"])) }
    #expect(throws: RPCError.self) { try proving.check(context(save)) }
    let believing = Callers(roles: Self.roles)
    try believing.check(context(save))
    #expect(throws: RPCError.self) { try believing.check(context(save, said: ["person/eve"])) }
  }

  @Test func `health and reflection are not the table's business`() async throws {
    var wasReached = false
    let context = CallContext(
      method: "/grpc.health.v1.Health/Check", metadata: Metadata(), deadline: nil, peer: "test", logger: .silent)
    try await RightsCheck(callers: Callers(roles: [:])).intercept(context) { _ in wasReached = true }
    #expect(wasReached)
  }
}
