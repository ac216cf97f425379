import Messages
import MetricGovernanceDomain
import Testing
import Wire

@testable import MetricGovernanceServer
@testable import RPC

@Suite struct RightsTests {
  private static let ada = Principal(uri: "spiffe://lodestar.local/person/ada", kind: .person, roles: [.governanceBoard])
  private static let bob = Principal(uri: "spiffe://lodestar.local/person/bob", kind: .person, roles: [.analyst])
  private static let eve = Principal(uri: "spiffe://lodestar.local/person/eve", kind: .person, roles: [.viewer])
  private static let almighty = Principal(
    uri: "spiffe://lodestar.local/lodestar-sync", kind: .service, roles: Set(Principal.Role.allCases))

  /// The paths of every method that the contract declares in lodestar.metrics.v1, out of the descriptors that reflection serves.
  private static let declared: Set<String> = {
    var paths: Set<String> = []
    for file in ContractFiles.all where file.path.hasPrefix("lodestar/metrics/v1/") {
      for service in DescriptorFields(file.descriptorBytes[...]) where service.number == 6 {
        func name(_ bytes: ArraySlice<UInt8>) -> String {
          DescriptorFields(bytes).first { $0.number == 1 }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        }
        for method in DescriptorFields(service.bytes) where method.number == 2 {
          paths.insert("/lodestar.metrics.v1.\(name(service.bytes))/\(name(method.bytes))")
        }
      }
    }
    return paths
  }()

  @Test func `every method of the contract has a rule, and every rule a method`() {
    #expect(Self.declared.count > 30)
    #expect(Self.declared.subtracting(Rights.table.keys) == [])
    #expect(Set(Rights.table.keys).subtracting(Self.declared) == [])
  }

  @Test(arguments: ["Approve", "Reject", "Activate", "SetCurrentVersion", "Sunset", "Retire", "Rollback"])
  func `a service never decides, whatever roles it was given`(method: String) throws {
    let path = Rights.path("MetricLifecycle/\(method)")
    let error = #expect(throws: RPCError.self) { try Rights.check(Self.almighty, method: path) }
    #expect(error?.code == .permissionDenied)
    #expect(error?.message.hasPrefix("lodestar-sync is a service; \(method) needs a person with the role ") == true)
    try Rights.check(Self.ada, method: path)
  }

  @Test(arguments: ["Approve", "Reject", "SetCurrentVersion", "Retire", "Rollback"])
  func `what the board decides nobody else does`(method: String) throws {
    let path = Rights.path("MetricLifecycle/\(method)")
    let error = #expect(throws: RPCError.self) { try Rights.check(Self.bob, method: path) }
    #expect(
      error?.message == "person/bob is only analyst; \(method) needs a person with the role governance-board. "
        + "Who keeps this system's policy file grants it: `lodestar people add bob --role governance-board`.")
  }

  @Test(arguments: ["CreateVersion", "UpdateDraft", "RequestApproval", "Activate", "Deprecate", "Sunset", "CorrectDefinition"])
  func `analysts prepare and carry out`(method: String) throws {
    let path = Rights.path("MetricLifecycle/\(method)")
    try Rights.check(Self.bob, method: path)
    #expect(throws: RPCError.self) { try Rights.check(Self.eve, method: path) }
    #expect(throws: RPCError.self) { try Rights.check(Self.almighty, method: path) }
  }

  @Test(arguments: ["PinDashboard", "UnpinDashboard", "MigratePin"])
  func `services pin dashboards, viewers do not`(method: String) throws {
    let path = Rights.path("DashboardPins/\(method)")
    try Rights.check(Self.almighty, method: path)
    #expect(throws: RPCError.self) { try Rights.check(Self.eve, method: path) }
  }

  @Test func `without a policy the mend is to have one`() {
    let nobody = Principal(uri: Self.bob.uri, kind: .person, roles: [])
    let error = #expect(throws: RPCError.self) {
      try Rights.check(nobody, method: Rights.path("MetricLifecycle/Rollback"), hasPolicy: false)
    }
    #expect(error?.message.hasSuffix("LODESTAR_POLICY has to name one.") == true)
  }

  @Test func `what no rule speaks of nobody may call`() {
    #expect(throws: RPCError.self) { try Rights.check(Self.ada, method: Rights.path("MetricLifecycle/Vanish")) }
  }
}
