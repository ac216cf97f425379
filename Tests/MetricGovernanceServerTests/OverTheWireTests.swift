import Messages
import RPC
import Reactor
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// The service behind a real server, called by the generated client.
@Suite(.timeLimit(.minutes(1))) struct OverTheWireTests {
  private func withClient<Result: Sendable>(
    _ body: (MetricGovernanceClient, RPCServer) async throws -> Result
  ) async throws -> Result {
    try await withService { service in
      let server = RPCServer(
        configuration: RPCServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]), services: [service.handler],
        loops: TestLoops.shared, logger: .silent)
      let address = try #require(try await server.start().first)
      let channel = RPCChannel(to: address, loops: TestLoops.shared, logger: .silent)
      do {
        let result = try await body(MetricGovernanceClient(channel: channel), server)
        await channel.close()
        await server.drain(grace: .seconds(1))
        return result
      } catch {
        await channel.close()
        await server.drain(grace: .zero)
        throw error
      }
    }
  }

  private static let rows: [KpiRow] = [.northStar(2, "NSM_ORDERS"), .strategic(3, "KPI_B")]

  @Test func `a client saves, gets and is told what was wrong`() async throws {
    try await withClient { client, _ in
      let saved = try await client.saveMetricsConfig(SaveMetricsConfigRequest(rows: Self.rows, scope: .all, actor: "ada"))
      #expect(saved.saved && saved.revision == 1)
      let refused = try await client.saveMetricsConfig(
        SaveMetricsConfigRequest(rows: [.strategic(2, "é")], scope: .selection, actor: "ada"))
      #expect(!refused.saved && refused.messages.first?.code == "malformed_key")
      let config = try await client.getMetricsConfig(GetMetricsConfigRequest())
      #expect(config.kpis.map(\.kpiKey) == ["KPI_B", "NSM_ORDERS"])
    }
  }

  @Test func `what the call itself lacks comes back as a status`() async throws {
    try await withClient { client, _ in
      let error = await #expect(throws: RPCError.self) {
        try await client.saveMetricsConfig(SaveMetricsConfigRequest(rows: Self.rows, actor: "ada"))
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message == "scope is not set; send ROW_SCOPE_ALL or ROW_SCOPE_SELECTION.")
    }
  }

  @Test func `a watching client is told of a save, and of the server's end`() async throws {
    try await withClient { client, server in
      var revisions: [Int64] = []
      let error = await #expect(throws: RPCError.self) {
        for try await config in client.watchMetricsConfig(WatchMetricsConfigRequest()) {
          revisions.append(config.revision)
          if config.revision == 0 {
            _ = try await client.saveMetricsConfig(SaveMetricsConfigRequest(rows: Self.rows, scope: .all, actor: "ada"))
          } else {
            Task { await server.drain(grace: .seconds(5)) }
          }
        }
      }
      #expect(revisions == [0, 1])
      #expect(error?.code == .unavailable)
    }
  }
}
