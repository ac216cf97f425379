import Cryptography
import MetricGovernanceDomain
import Postgres
import Reactor

/// Plans a file against the registry as a change sees it, and applies what was planned.
struct RegistryImport {
  let change: GovernanceChange

  func plan(_ file: MetricRegistryFile, by importer: Importer) async throws -> ImportPlan {
    let registry = try await change.metrics(file.metrics.map(\.key))
    let isEmpty = try await change.transaction.query("SELECT 1 FROM metric LIMIT 1").isEmpty
    let known = Dictionary(registry.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var use: [MetricKey: MetricUse] = [:]
    for metric in file.metrics {
      guard let stored = known[metric.key] else { continue }
      use[metric.key] = try await readUse(of: metric, stored)
    }
    return await awayFromLoops { [use] in
      ImportPlan(file, over: registry, isEmpty: isEmpty, importer: importer, use: use, digest: SHA256.digest(of:))
    }
  }

  /// Only where the file moves a version on, or another becomes current: nothing else asks who reads what.
  private func readUse(of metric: FileMetric, _ stored: Metric) async throws -> MetricUse {
    let moved = metric.versions.filter { stored.version($0.number)?.status != $0.status }.map(\.number)
    guard !moved.isEmpty || metric.current != stored.current else { return MetricUse() }
    var use = try await change.use(of: metric.key, version: nil)
    for number in moved {
      use.byVersion[number] = try await change.use(of: metric.key, version: number).byVersion[number]
    }
    return use
  }

  func apply(_ plan: ImportPlan) async throws {
    for planned in plan.changes {
      if let before = planned.before {
        try await change.store(planned.after, over: before)
      } else {
        // A version may be replaced by a later one: all of them have to be there first.
        let bare = try await change.store(planned.after.bare, over: nil)
        try await change.store(planned.after, over: bare)
      }
      for record in planned.records {
        change.record(record)
        change.touched(metric: planned.after.key, record.event)
      }
      for notice in planned.notices { change.tell(notice) }
    }
  }
}

extension Metric {
  /// Without what refers to its versions.
  fileprivate var bare: Metric {
    var bare = self
    bare.current = nil
    bare.currentHistory = []
    for index in bare.versions.indices { bare.versions[index].replacement = nil }
    return bare
  }
}
