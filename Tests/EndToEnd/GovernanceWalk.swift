import Foundation
import TestSupport
import Testing

/// A metric's life as people lead it at the command line: Bob and Carol work on metrics, Carol, Ada and Grace are the board.
struct GovernanceWalk {
  let system: RunningSystem

  static let looked = ["--formula-correct", "--edge-cases-handled", "--impact-understood", "--migration-planned"]

  /// A command that has to succeed; answers what it printed.
  @discardableResult
  func done(
    _ arguments: String..., by person: String, says words: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try Program.lodestar(arguments + ["--as", person], state: system.state)
    try #require(outcome.status == 0, "\(arguments): \(outcome.transcript)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.output.contains(word), "lacks \"\(word)\":\n\(outcome.output)", sourceLocation: sourceLocation)
    }
    return outcome.output
  }

  /// A command that the rules have to refuse, with these words.
  func refused(
    _ arguments: String..., by person: String, says words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.lodestar(arguments + ["--as", person], state: system.state)
    #expect(outcome.status == 1, "\(arguments): \(outcome.transcript)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "lacks \"\(word)\":\n\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  func metric() throws -> [String: Any] {
    try #require(try system.json("metrics", "show", "roas")["metric"] as? [String: Any])
  }

  func version(_ name: String) throws -> [String: Any] {
    let versions = try #require(try metric()["versions"] as? [[String: Any]])
    return try #require(versions.first { $0["version"] as? String == name })
  }

  func status(of version: String) throws -> String? { try self.version(version)["status"] as? String }

  func approve(_ version: String, by person: String, says words: [String] = []) throws {
    let arguments = ["metrics", "approve", "roas", version] + Self.looked + ["--reason", "Agrees with finance", "--as", person]
    let outcome = try Program.lodestar(arguments, state: system.state)
    try #require(outcome.status == 0, "\(outcome.transcript)")
    for word in words { #expect(outcome.output.contains(word), "lacks \"\(word)\":\n\(outcome.output)") }
  }

  // MARK: Chapters

  func addPeople() throws {
    let board = "governance-board"
    for (person, role) in [("ada", board), ("grace", board), ("bob", "analyst"), ("eve", "viewer"), ("olga", "operator")] {
      let added = try Program.lodestar(["people", "add", person, "--role", role], state: system.state)
      try #require(added.status == 0, "\(added.transcript)")
    }
    let carol = try system.lodestar("people", "add", "carol", "--role", "analyst", "--role", board)
    try #require(carol.status == 0, "\(carol.transcript)")
  }

  func define() throws {
    let facts = ["--name", "Return on Ad Spend", "--description", "Revenue generated per dollar of ad spend", "--owner", "growth"]
    let content = [
      "--definition", "SUM(revenue) / SUM(spend)", "--on-zero", "0", "--currency", "separate", "--dbt-model",
      "marts/metrics/roas_v1",
      "--column", "metric_name=roas", "--column", "metric_version=v1",
    ]
    let create = ["metrics", "create", "roas"] + facts + content + ["--reason", "The first definition"]
    let refused = try Program.lodestar(create + ["--as", "eve"], state: system.state)
    #expect(refused.status == 1 && refused.errors.contains("eve is only viewer"), "\(refused.transcript)")
    let created = try Program.lodestar(create + ["--as", "bob"], state: system.state)
    try #require(created.status == 0, "\(created.transcript)")
    try done(
      "metrics", "request", "roas", "v1", "--ticket", "ANALYTICS-1", "--not-breaking", "--reason", "The first definition",
      by: "bob",
      says: ["one of the board has to approve"])
    try self.refused("metrics", "activate", "roas", "v1", "--reason", "Soon", by: "bob", says: "needs an approved activation")
    try approve("v1", by: "ada", says: ["it is granted"])
    try done("metrics", "activate", "roas", "v1", "--make-current", "--reason", "Approved", by: "ada", says: ["v1 is active"])
    for dashboard in ["weekly", "board-report"] {
      try done(
        "metrics", "pin", "acme", dashboard, "roas", "--owner", "olga", "--reason", "Reports stay as they are", by: "bob",
        says: ["\(dashboard) of acme reads roas v1."])
    }
  }

  func redefine() throws {
    try done(
      "metrics", "create", "roas", "--definition", "SUM(net_revenue) / SUM(spend)", "--migration-guide", "Expect lower values.",
      "--reason", "Refunds are no revenue", by: "bob", says: ["Made roas v2, a draft."])
    #expect(try version("v2")["dbtModel"] as? String == "marts/metrics/roas_v2")
    try done("metrics", "diff", "roas", "v1", "v2", by: "eve", says: ["breaking", "SUM(net_revenue) / SUM(spend)"])
    try done(
      "metrics", "request", "roas", "v2", "--ticket", "ANALYTICS-2", "--breaking", "--reason", "Refunds are no revenue",
      by: "carol",
      says: ["2 of the board have to approve"])
  }

  func decide() throws {
    let decision = ["metrics", "approve", "roas", "v2"] + Self.looked + ["--reason", "Fine"]
    let own = try Program.lodestar(decision + ["--as", "carol"], state: system.state)
    #expect(own.status == 1 && own.errors.contains("carol asked for this approval and cannot give it"), "\(own.transcript)")
    let analyst = try Program.lodestar(decision + ["--as", "bob"], state: system.state)
    #expect(
      analyst.status == 1 && analyst.errors.contains("lodestar people add bob --role governance-board"), "\(analyst.transcript)")
    let service = try asService(decision)
    #expect(service.status == 1 && service.errors.contains("lodestar-sync is a service"), "\(service.transcript)")
    try refused("metrics", "approve", "roas", "v2", "--reason", "Fine", by: "ada", says: "--migration-planned")
    try approve("v2", by: "ada", says: ["1 of 2 people have approved"])
    try refused("metrics", "activate", "roas", "v2", "--reason", "One is enough", by: "ada", says: "needs an approved activation")
    try approve("v2", by: "grace", says: ["it is granted"])
    try refused("metrics", "activate", "roas", "v2", "--make-current", "--reason", "Go", by: "bob", says: "governance-board")
    try done(
      "metrics", "activate", "roas", "v2", "--make-current", "--reason", "Approved", by: "ada", says: ["what new dashboards get"])
    #expect(try metric()["currentVersion"] as? String == "v2")
  }

  /// With the certificate of one of the services.
  private func asService(_ arguments: [String]) throws -> Outcome {
    let tls = system.state.appendingPathComponent("tls").path
    return try Program.run(
      Program.builtProducts.appendingPathComponent("lodestar"), arguments + ["--metrics", try system.address(of: "metrics")],
      environment: [
        "LODESTAR_STATE": system.folder.path, "LODESTAR_TLS_AUTHORITY": "\(tls)/authority.pem",
        "LODESTAR_TLS_CERTIFICATE": "\(tls)/lodestar-sync.pem", "LODESTAR_TLS_KEY": "\(tls)/lodestar-sync.key",
      ])
  }

  func deprecate() throws {
    try done(
      "metrics", "resolve", "roas", "--tenant", "acme", "--dashboard", "weekly", by: "eve",
      says: ["roas v1", "by the dashboard's pin"])
    try refused("metrics", "deprecate", "roas", "v2", "--reason", "Wrong one", by: "bob", says: "metrics set-current")
    try refused(
      "metrics", "deprecate", "roas", "v1", "--replacement", "v2", "--sunset", Self.day(after: 30), "--reason", "Soon", by: "bob",
      says: "90 days")
    try done(
      "metrics", "deprecate", "roas", "v1", "--replacement", "v2", "--reason", "Refunds are no revenue", by: "bob",
      says: [Self.day(after: 90)])
    try done(
      "metrics", "resolve", "roas", "--tenant", "acme", "--dashboard", "weekly", by: "eve",
      says: ["roas v1", "warning:", Self.day(after: 90), "Expect lower values."])
    try done("metrics", "resolve", "roas", by: "eve", says: ["roas v2"])
    try done("metrics", "impact", "roas", "v1", by: "eve", says: ["2 dashboards of 1 tenant", "olga"])
    try done("metrics", "compare", "roas", "v1", "v2", by: "bob", says: ["rows differ"])
    try refused("metrics", "compare", "roas", "v1", "v2", by: "eve", says: "eve is only viewer")
    try done("metrics", "banners", "acme", "weekly", by: "eve", says: ["deprecated", Self.day(after: 90)])
  }

  func sunset() throws {
    try refused("metrics", "sunset", "roas", "v1", "--reason", "Now", by: "bob", says: Self.day(after: 90))
    try done(
      "metrics", "migrate-pin", "acme", "weekly", "roas", "--to", "v2", "--reason", "Compared", by: "bob",
      says: ["from roas v1 to v2"])
    try system.moveGovernanceClock(byDays: 91)
    try refused("metrics", "sunset", "roas", "v1", "--reason", "Now", by: "bob", says: "acme/board-report", "metrics migrate-pin")
    try done("metrics", "migrate-pin", "acme", "board-report", "roas", "--to", "v2", "--reason", "Compared", by: "bob")
    try done("metrics", "sunset", "roas", "v1", "--reason", "As planned", by: "bob", says: ["roas v1 is sunset"])
    try refused(
      "metrics", "resolve", "roas", "--version", "v1", "--purpose", "new-dashboard", "--tenant", "acme", "--dashboard", "new",
      by: "eve",
      says: "sunset")
  }

  func rollBack() throws {
    try refused("metrics", "rollback", "roas", "--reason", "Refunds count twice", by: "bob", says: "governance-board")
    try refused("metrics", "rollback", "roas", "--reason", "Refunds count twice", by: "ada", says: "needs an approved rollback")
    try done(
      "metrics", "request", "roas", "v1", "--purpose", "rollback", "--ticket", "INCIDENT-7", "--reason", "Refunds count twice",
      by: "carol")
    try approve("v1", by: "ada")
    let before = try metric()["revision"] as? String
    try done(
      "metrics", "rollback", "roas", "--dry-run", by: "ada",
      says: ["This would roll back roas from v2 to v1", "2 pins on v2 stay where they are", "Nothing was changed."])
    #expect(try metric()["revision"] as? String == before)
    try done(
      "metrics", "rollback", "roas", "--reason", "Refunds count twice", by: "grace",
      says: ["Rolled back roas from v2 to v1", "olga"])
    #expect(try metric()["currentVersion"] as? String == "v1")
    #expect(try status(of: "v1") == "VERSION_STATUS_ACTIVE")
    #expect(try status(of: "v2") == "VERSION_STATUS_DEPRECATED")
    try done("metrics", "resolve", "roas", "--tenant", "acme", "--dashboard", "weekly", by: "eve", says: ["roas v2", "warning:"])
  }

  func audit() throws {
    let trail = try done("audit", "list", "--metric", "roas", "--limit", "1000", by: "eve")
    for (event, severity) in Self.trail {
      #expect(
        trail.split(separator: "\n").contains { $0.contains(event) && $0.contains(severity) }, "\(event) \(severity):\n\(trail)")
    }
    try done("audit", "verify", by: "eve")
  }

  /// Events of the seed's table, as the command prints them, with the table's severities.
  private static let trail = [
    ("version created", "medium"), ("version status changed", "high"), ("version approval requested", "medium"),
    ("version approval granted", "high"), ("version sunset scheduled", "high"), ("dashboard version pinned", "medium"),
    ("rollback executed", "critical"), ("definition corrected", "high"), ("dashboard version unpinned", "medium"),
  ]

  /// The day in UTC, so many days from now.
  private static func day(after days: Int) -> String {
    Date(timeIntervalSinceNow: Double(days) * 86_400).formatted(.iso8601.year().month().day())
  }
}
