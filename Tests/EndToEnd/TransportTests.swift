import Foundation
import TestSupport
import Testing

/// TLS between the parts of the system, as the command line shows it.
@Suite(.runningSystem, .serialized) struct TransportTests {
  @Test func `a caller without a certificate is refused with words that say what it lacks`() throws {
    let system = try RunningSystem.current
    let authority = system.state.appendingPathComponent("tls/authority.pem").path
    // Another state directory: nothing is known there of this system's certificates.
    let elsewhere = ["LODESTAR_STATE": system.folder.path, "LODESTAR_TLS_AUTHORITY": authority]
    let show = ["metrics", "kpis", "--metrics", try system.address(of: "metrics")]
    let lodestar = Program.builtProducts.appendingPathComponent("lodestar")
    let refused = try Program.run(lodestar, show, environment: elsewhere)
    #expect(refused.status == 3, "\(refused.transcript)")
    #expect(refused.errors.contains("asks for a certificate and got none"), "\(refused.transcript)")

    let stranger = try Program.run(lodestar, show, environment: ["LODESTAR_STATE": system.folder.path])
    #expect(stranger.status == 3, "clear text: \(stranger.transcript)")

    let tls = system.state.appendingPathComponent("tls").path
    let named = elsewhere.merging(["LODESTAR_TLS_CERTIFICATE": "\(tls)/lodestar.pem", "LODESTAR_TLS_KEY": "\(tls)/lodestar.key"]) {
      $1
    }
    let served = try Program.run(lodestar, show, environment: named)
    #expect(served.status != 3, "\(served.transcript)")
  }

  @Test func `up changes to clear text and back when asked, and otherwise leaves it as it is`() throws {
    let system = try RunningSystem.current
    #expect(try system.json("status")["transport"] as? String == "tls")
    let before = try system.processID(of: "metrics")
    #expect(try system.lodestar("up").status == 0)
    #expect(try system.processID(of: "metrics") == before)

    let changed = try system.lodestar("up", "--cleartext")
    #expect(changed.status == 0, "\(changed.transcript)")
    #expect(try system.json("status")["transport"] as? String == "cleartext")
    #expect(try system.lodestar("up").status == 0)
    #expect(try system.json("status")["transport"] as? String == "cleartext")
    #expect(try system.lodestar("runs", "list").status == 0)
    try callInClearText(system)

    #expect(try system.lodestar("up", "--tls").status == 0)
    #expect(try system.json("status")["transport"] as? String == "tls")
    #expect(try system.lodestar("runs", "list").status == 0)
  }

  /// Nobody proves who they are: a caller is whom --as names, with that one's roles.
  private func callInClearText(_ system: RunningSystem) throws {
    let added = try system.lodestar("people", "add", "ada", "--role", "analyst")
    #expect(added.status == 0, "\(added.transcript)")
    let create = [
      "metrics", "create", "cac", "--name", "Customer Acquisition Cost", "--description", "Spend for each new customer",
      "--definition", "SUM(spend) / COUNT(customers)", "--on-zero", "0", "--dbt-model", "marts/metrics/cac_v1", "--reason", "First",
    ]
    let stranger = try Program.lodestar(create + ["--as", "eve"], state: system.state)
    #expect(stranger.status == 1 && stranger.errors.contains("eve has no role"), "\(stranger.transcript)")
    let created = try Program.lodestar(create + ["--as", "ada"], state: system.state)
    #expect(created.status == 0, "\(created.transcript)")
    let events = try system.json("audit", "list", "--metric", "cac")["events"] as? [[String: Any]]
    #expect(events?.first?["actor"] as? String == "spiffe://lodestar.local/person/ada")
    #expect(try system.lodestar("people", "remove", "ada").status == 0)
  }

  @Test func `keys are for their owner's eyes alone`() throws {
    let folder = try RunningSystem.current.state.appendingPathComponent("tls")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count { $0.hasSuffix(".key") } == 6)
    let people = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("person").path)
    #expect(people.count { $0.hasSuffix(".key") } == 1)
    for name in names.filter({ $0 != "person" }) + people.map({ "person/\($0)" }) {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600, "\(name)")
    }
  }
}
