import Messages
import Postgres
import RPC
import Reactor
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// kill -9 of the real program in the midst of answering loses no use that was answered, and counts none twice.
@Suite(.timeLimit(.minutes(2))) struct KilledInstanceTests {
  /// One instance after the other on one database and one folder of journals.
  private struct Instances: Sendable {
    let test: TestDatabase
    let folder: String
    let sockets: String

    func start(_ number: Int) throws -> (service: RunningService, address: SocketAddress) {
      let address = try #require(SocketAddress("unix:\(sockets)/\(number).sock"))
      let service = try RunningService(
        "lodestar-metrics",
        environment: [
          "LODESTAR_LISTEN": address.description, "LODESTAR_DATABASE_URL": try test.url(.metrics), "LODESTAR_JOURNAL": folder,
        ])
      return (service, address)
    }
  }

  private struct Calls: Sendable {
    var sent = 0
    var answered = 0
  }

  /// Resolves over and over, so many calls at a time, until the body returns.
  private func calling(_ address: SocketAddress, _ calls: Shared<Calls>, _ body: () async throws -> Void) async throws {
    let channel = RPCChannel(to: address, loops: TestLoops.shared, logger: .silent)
    let client = MetricRegistryClient(channel: channel)
    let callers = Task {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            let request = ResolveVersionRequest(
              metricKey: "roas", version: "v1", tenantId: "t", dashboardId: "d\(number)", purpose: .existingDashboard)
            while !Task.isCancelled {
              calls.change { $0.sent += 1 }
              do {
                _ = try await client.resolveVersion(request)
                calls.change { $0.answered += 1 }
              } catch {
                try? await Task.sleep(for: .milliseconds(20))
              }
            }
          }
        }
      }
    }
    try await body()
    callers.cancel()
    await callers.value
    await channel.close()
  }

  @Test func `uses that were answered are counted once, after three deaths`() async throws {
    try await withTestDatabase { test in
      try await test.withDatabase(.metrics) { database in
        try await database.migrate(schema: MetricGovernanceServer.schema, migrations: MetricGovernanceServer.migrations)
        try await RegistrySeeds(database: database).metric(
          "roas", [.init(number: 1, status: "deprecated", replacement: 2), .init(number: 2)])
        let instances = Instances(test: test, folder: try Scratch.directory("usage"), sockets: try Scratch.directory("metrics"))
        let calls = Shared(Calls())
        for number in 0..<3 {
          let (service, address) = try instances.start(number)
          let before = calls.value.answered
          try await calling(address, calls) {
            // Some have been flushed by then, some have not.
            await calls.wait { $0.answered >= before + 2_000 + 1_500 * number }
            try await blocking { service.kill() }
          }
        }
        let (last, address) = try instances.start(3)
        try await calling(address, calls) { await calls.wait { [answered = calls.value.answered] in $0.answered > answered + 100 } }
        #expect(try await blocking { last.stop() })
        let counted: Int64 = try await database.query("SELECT sum(queries)::bigint FROM metric_usage")[0].decode(0)
        let (sent, answered) = (calls.value.sent, calls.value.answered)
        #expect(answered <= counted && counted <= sent, "\(answered) answered, \(counted) counted, \(sent) sent")
        // Of the calls that each death cut short, some were counted: no more than were under way.
        #expect(counted - Int64(answered) <= 3 * 8)
        let told: Int64 = try await database.query(
          "SELECT sum((after::jsonb ->> 'queries')::bigint)::bigint FROM audit_event")[0].decode(0)
        let untold: Int64 = try await database.query("SELECT sum(queries)::bigint FROM metric_usage_untold")[0].decode(0)
        #expect(told + untold == counted)
      }
    }
  }
}
