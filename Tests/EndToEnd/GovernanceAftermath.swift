import Foundation
import TestSupport
import Testing

/// What is left to do once a metric was rolled back: its description is corrected, those who were not reached are told, and the faulty
/// version is retired.
extension GovernanceWalk {
  private var notices: URL { system.folder.appendingPathComponent("told/notices.jsonl") }

  /// Has notices written into a folder that is not there: each is given up at its first attempt.
  func tellNobody() throws {
    try system.killNow("metrics")
    let up = try Program.run(
      Program.builtProducts.appendingPathComponent("lodestar"), ["up"],
      environment: [
        "LODESTAR_STATE": system.state.path, "LODESTAR_NOTIFY_FILE": notices.path, "LODESTAR_NOTIFY_ATTEMPTS": "1",
      ])
    try #require(up.status == 0, "\(up.transcript)")
  }

  func correct() throws {
    try refused("metrics", "correct", "roas", "v1", "--reason", "Misspelt", by: "bob", says: "no correction of roas v1 is approved")
    try done(
      "metrics", "request", "roas", "v1", "--purpose", "correction", "--dbt-model", "marts/metrics/return_v1", "--ticket",
      "ANALYTICS-3", "--reason", "The model's name was misspelt", by: "bob", says: ["one of the board has to approve"])
    try approve("v1", by: "ada", says: ["it is granted"])
    let watch = try RunningCommand("metrics", "watch", "--as", "eve", state: system.state)
    defer { watch.end() }
    try watch.waitUntilItSays("Watching behind revision")
    try done("metrics", "correct", "roas", "v1", "--reason", "Misspelt", by: "bob", says: ["Corrected roas v1."])
    try watch.waitUntilItSays("roas", "definition corrected", "v1 active, v2 deprecated")
    #expect(try version("v1")["dbtModel"] as? String == "marts/metrics/return_v1")
  }

  func notify() throws {
    let id = try #require(try notification("failed")["id"] as? String)
    try done("metrics", "notifications", "list", "--metric", "roas", "--status", "failed", by: "eve", says: ["cannot be opened"])
    try FileManager.default.createDirectory(at: notices.deletingLastPathComponent(), withIntermediateDirectories: false)
    try refused("metrics", "notifications", "retry", id, by: "eve", says: "eve is only viewer")
    try done("metrics", "notifications", "retry", id, by: "olga", says: [id, "pending"])
    #expect(try notification("delivered")["id"] as? String == id)
    #expect(try String(contentsOf: notices, encoding: .utf8).contains("roas"))
    try refused("metrics", "notifications", "retry", id, by: "olga", says: "was delivered")
    try refused(
      "metrics", "notifications", "retry", "1000000", by: "olga",
      says: "`lodestar metrics notifications list` has those that there are")
  }

  /// The newest that is so far; waits until there is one.
  private func notification(_ state: String) throws -> [String: Any] {
    let end = ContinuousClock.now + .seconds(20)
    var newest: [String: Any]?
    repeat {
      let list = try system.json("metrics", "notifications", "list", "--metric", "roas", "--status", state)["notifications"]
      newest = (list as? [[String: Any]])?.first
    } while newest == nil && ContinuousClock.now < end
    return try #require(newest, "no notification is \(state)")
  }

  func retire() throws {
    try done(
      "metrics", "unpin", "acme", "weekly", "roas", "--reason", "The report is gone", by: "bob",
      says: ["weekly of acme is not pinned to a version of roas any more."])
    try refused(
      "metrics", "unpin", "acme", "weekly", "roas", "--reason", "Again", by: "bob",
      says: "dashboard weekly of acme has no pin on roas")
    try done("metrics", "resolve", "roas", "--tenant", "acme", "--dashboard", "weekly", by: "eve", says: ["roas v1"])
    try done("metrics", "unpin", "acme", "board-report", "roas", "--reason", "The report is gone", by: "bob")
    try refused("metrics", "retire", "roas", "v2", "--reason", "Faulty", by: "ada", says: "sunset")
    try system.moveGovernanceClock(byDays: 91 + 91)
    try done("metrics", "sunset", "roas", "v2", "--reason", "Faulty", by: "bob", says: ["roas v2 is sunset"])
    try refused("metrics", "retire", "roas", "v2", "--reason", "Faulty", by: "bob", says: "governance-board")
    try done("metrics", "retire", "roas", "v2", "--reason", "Faulty", by: "ada", says: ["roas v2 is retired"])
    try refused("metrics", "resolve", "roas", "--version", "v2", by: "eve", says: "retired")
  }
}
