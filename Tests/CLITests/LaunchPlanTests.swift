import Reactor
import Testing

@testable import lodestar

@Suite struct LaunchPlanTests {
  private func address(_ port: Int) -> SocketAddress { .ip(host: "127.0.0.1", port: port) }

  private var recorded: [ServiceKind: SocketAddress] {
    [.metrics: address(1), .compiler: address(2), .optimizer: address(3), .sync: address(4)]
  }

  private func plan(
    recorded: [ServiceKind: SocketAddress], running: Set<ServiceKind>, taken: Set<SocketAddress> = [],
    keepsTransport: Bool = true
  ) throws -> LaunchPlan {
    try LaunchPlan(
      recorded: recorded, running: running, keepsTransport: keepsTransport, isFree: { !taken.contains($0) },
      freeAddresses: { count in (0..<count).map { address(100 + $0) } })
  }

  @Test func `a first start gives every service an address`() throws {
    let plan = try plan(recorded: [:], running: [])
    #expect(plan.start == [.metrics, .compiler, .optimizer, .sync] && plan.stop.isEmpty)
    #expect(Set(plan.addresses.values).count == 4)
  }

  @Test func `a second start keeps the addresses and touches nothing that runs`() throws {
    let all = try plan(recorded: recorded, running: Set(ServiceKind.allCases))
    #expect(all.start.isEmpty && all.stop.isEmpty && all.addresses == recorded)
    let one = try plan(recorded: recorded, running: [.metrics, .compiler, .sync])
    #expect(one.start == [.optimizer] && one.stop.isEmpty && one.addresses == recorded)
  }

  @Test func `a change between TLS and clear text starts all anew, where they were`() throws {
    let plan = try plan(recorded: recorded, running: [.metrics, .sync], keepsTransport: false)
    #expect(plan.stop == [.sync, .metrics])
    #expect(plan.start == ServiceKind.allCases)
    #expect(plan.addresses == recorded)
  }

  @Test func `when somebody has taken a port all services move`() throws {
    let plan = try plan(recorded: recorded, running: [.metrics, .sync], taken: [address(2)])
    #expect(plan.stop == [.sync, .metrics])
    #expect(plan.start == ServiceKind.allCases)
    #expect(Set(plan.addresses.values).isDisjoint(with: recorded.values))
  }

  @Test func `the port of a service that runs is taken by itself`() throws {
    let plan = try plan(recorded: recorded, running: [.metrics], taken: [address(1)])
    #expect(plan.stop.isEmpty && plan.start == [.compiler, .optimizer, .sync])
  }
}
