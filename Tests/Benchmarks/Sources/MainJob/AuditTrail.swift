import Foundation

extension MainJob {
  static let auditEvents = 1_000_000

  /// A million audit events, verified by the service from its database, exported, and verified from the file alone. What the commands take
  /// to start and to end is part of it.
  static func measureAudit(_ lodestar: Lodestar, in folder: URL, python: URL) throws {
    let services = try lodestar.json(["status"])["services"] as? [[String: Any]] ?? []
    guard let process = services.first(where: { "\($0["name"] ?? "")".contains("metrics") })?["pid"] as? NSNumber else {
      throw Lodestar.Failure(description: "`lodestar status --json` tells no process of lodestar-metrics")
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = Bundle.module.url(forResource: "grow_audit", withExtension: "py")!
    _ = try Lodestar.run(python, [script.path, "\(process)", "\(auditEvents)"])
    let file = folder.appendingPathComponent("audit.jsonl").path
    let service = try (0..<3).map { _ in try lodestar.run(["audit", "verify"]).seconds }
    let export = try lodestar.run(["audit", "export", file]).seconds
    let offline = try (0..<3).map { _ in try lodestar.run(["audit", "verify", file]).seconds }
    report("\(auditEvents) audit events verified by the service", median(service), "s", promised: 10)
    report("\(auditEvents) audit events exported", export, "s", promised: nil)
    report("\(auditEvents) audit events verified from the file", median(offline), "s", promised: 10)
  }
}
