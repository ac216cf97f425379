import Messages
import MetricGovernanceDomain
import RPC
import TestSupport
import Testing
import Wire

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(1))) struct ResolveVersionTests {
  private typealias Version = RegistrySeeds.Version

  /// ROAS in all its states: v5 is current.
  private static let roas = [
    Version(number: 1, status: "retired", replacement: 5), Version(number: 2, status: "sunset", replacement: 5),
    Version(number: 3, status: "deprecated", replacement: 5), Version(number: 4, status: "draft"),
    Version(number: 5, definition: "SUM(revenue) / NULLIF(SUM(spend), 0)", guide: "Divide by spend."),
  ]

  @Test func `an answer has everything that a reader of the version needs`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      let answer = try await registry.resolve("roas", "", .newDashboard)
      #expect(
        answer
          == ResolveVersionResponse(
            metricKey: "roas", version: "v5", status: .active, dbtModel: "marts/metrics/roas_v5", relation: "roas_v5",
            definition: "SUM(revenue) / NULLIF(SUM(spend), 0)", predicate: "metric_name = 'roas' AND metric_version = 'v5'",
            edgeCases: EdgeCases(onZeroDenominator: "0", currency: "separate", notes: ["Zero spend returns 0"]),
            contentHash: String(repeating: "05", count: 32), registryRevision: 1, ageMs: answer.ageMs))
      #expect(answer.ageMs < 1_000)
    }
  }

  @Test func `a pin decides for its dashboard alone`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.seeds.pin("t1", "d1", "roas", 3)
      try await registry.open()
      let pinned = try await registry.resolve("roas")
      #expect(pinned.version == "v3" && pinned.fromPin)
      #expect(try await registry.resolve("roas", "v5").version == "v5")
      #expect(try await !registry.resolve("roas", "v3").fromPin)
      #expect(try await registry.resolve("roas", dashboard: "d2").version == "v5")
      #expect(try await registry.resolve("roas", tenant: "t2").version == "v5")
      #expect(try await registry.resolve("roas", tenant: "", dashboard: "", .adHocQuery).version == "v5")
    }
  }

  @Test func `a version that is to go is answered with its warning, as a field and as a trailer`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      let warning = try #require(try await registry.resolve("roas", "v3", .newDashboard).warnings.first)
      #expect(
        warning
          == VersionWarning(
            code: "deprecated", message: "roas@v3 is deprecated and is planned to sunset on 2100-03-01. Move to v5.",
            plannedSunsetAtUs: 4_107_542_400_000_000, replacementVersion: "v5", migrationGuide: "Divide by spend."))
      #expect(try await registry.resolve("roas", "v2").warnings.first?.code == "sunset")
      #expect(try await registry.resolve("roas", "v5").warnings.isEmpty)
    }
  }

  @Test(arguments: [
    ("roas", "v1", Messages.ResolvePurpose.existingDashboard, StatusCode.failedPrecondition, "was replaced by v5"),
    ("roas", "v2", .newDashboard, .failedPrecondition, "Use v5."), ("roas", "v4", .adHocQuery, .failedPrecondition, "is a draft"),
    ("roas", "v9", .adHocQuery, .notFound, "has no version v9"), ("roas", "2", .adHocQuery, .invalidArgument, "spelt v1"),
    ("raos", "", .adHocQuery, .notFound, "Did you mean \"roas\"?"), ("roas", "", .unspecified, .invalidArgument, "purpose"),
    ("", "", .adHocQuery, .notFound, "no metric"),
  ]) func `what cannot be answered says why, and what could be`(
    metric: String, version: String, purpose: Messages.ResolvePurpose, code: StatusCode, part: String
  ) async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      let error = await #expect(throws: (any Error).self) { try await registry.resolve(metric, version, purpose) }
      let status = RPCError.answering(try #require(error))
      #expect(status.code == code && status.message.contains(part), "\(status)")
    }
  }

  @Test func `a dashboard has to be named where the purpose is one's`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      for (tenant, dashboard, part) in [
        ("t", "", "dashboard_id"), ("", "d", "tenant_id"), (String(repeating: "t", count: 257), "d", "at most 256"),
        ("t", String(repeating: "é", count: 200), "at most 256"),
      ] {
        let error = await #expect(throws: Refusal.self) { try await registry.resolve("roas", tenant: tenant, dashboard: dashboard) }
        #expect(error?.kind == .invalid && error?.message.contains(part) == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `a batch answers each of its requests, in their order`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.open()
      let requests = ["v5", "v1", "v3", "nonsense"].map {
        ResolveVersionRequest(metricKey: "roas", version: $0, purpose: .adHocQuery)
      }
      let answer = try await registry.handler.batchResolve(
        BatchResolveRequest(requests: requests), context: RegistryUnderTest.context)
      #expect(answer.results.map { $0.resolved?.version ?? "" } == ["v5", "", "v3", ""])
      #expect(
        answer.results.map(\.errorCode) == [
          0, UInt32(StatusCode.failedPrecondition.rawValue), 0, UInt32(StatusCode.invalidArgument.rawValue),
        ])
      #expect(answer.results[1].errorMessage.contains("was replaced by v5"))
      let error = await #expect(throws: Refusal.self) {
        try await registry.handler.batchResolve(
          BatchResolveRequest(requests: Array(repeating: requests[0], count: 1_001)), context: RegistryUnderTest.context)
      }
      #expect(error?.message == "requests holds 1001; at most 1000 can be asked for at once.")
    }
  }

  @Test func `the short way over the wire says the same as the generated one`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric("roas", Self.roas)
      try await registry.seeds.pin("tenant", "d", "roas", 3)
      try await registry.seeds.pin("Žluťoučký", "kůň", "roas", 2)
      try await registry.open()
      for (tenant, dashboard) in [("tenant", "d"), ("Žluťoučký", "kůň"), ("tenant", String(repeating: "d", count: 200))] {
        let request = ResolveVersionRequest(
          metricKey: "roas", tenantId: tenant, dashboardId: dashboard, purpose: .existingDashboard)
        var long = try await registry.handler.resolveVersion(request, context: RegistryUnderTest.context)
        let short = try registry.handler.resolver.resolve(try request.wireBytes(), leavingFree: 5)
        let answer = try ResolveVersionResponse(wireBytes: Array(short.bytes.dropFirst(5)))
        long.ageMs = answer.ageMs
        #expect(answer == long)
        // A field of a later contract is skipped.
        let later = try registry.handler.resolver.resolve(try request.wireBytes() + [0xfa, 0x01, 0x01, 0x41], leavingFree: 0)
        #expect(try ResolveVersionResponse(wireBytes: later.bytes).version == answer.version)
      }
      for malformed: [UInt8] in [
        [0x0a], [0x0a, 0x05, 0x61], [0x0a, 0x01, 0xff, 0x28, 0x03], [0x1a, 0x01, 0x00, 0x28, 0x03], [0xff],
      ] {
        let error = #expect(throws: RPCError.self) { try registry.handler.resolver.resolve(malformed, leavingFree: 0) }
        #expect(error?.code == .internalError)
      }
    }
  }

  @Test func `before it was read nothing is answered`() async throws {
    try await withRegistry { registry in
      let error = await #expect(throws: RPCError.self) { try await registry.resolve("roas") }
      #expect(error?.code == .unavailable)
    }
  }
}
