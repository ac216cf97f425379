import Messages
import MetricGovernanceDomain
import Postgres
import RPC

/// One watcher of the registry: sends every change behind a place, once and in order. It holds no changes of its own, only how far it
/// has come, so that a slow one costs nothing but its own time.
struct RegistryWatch: Sendable {
  /// Parts that are fetched at once.
  static let batch = 256

  let live: LiveRegistry

  func run(
    after request: WatchRegistryRequest, context: CallContext, send: (RegistryChange) async throws -> Void
  ) async throws {
    var place = WatchPlace(revision: request.afterRevision, part: request.afterPart == 0 ? .max : Int(request.afterPart))
    guard place.revision >= 0 else {
      throw Refusal(
        .invalid, "REVISION_MALFORMED", field: "after_revision",
        "after_revision is \(place.revision); revisions count from 1, and 0 means that none was seen.")
    }
    // Asked for before the first look, so that no change falls in between.
    let signals = live.changes.signals()
    try await checkKnown(place.revision)
    var waiting = signals.makeAsyncIterator()
    while true {
      let parts = try await parts(behind: place, context)
      for part in parts {
        try await send(try await message(part, context))
        place = WatchPlace(revision: part.revision, part: part.part == part.parts ? .max : part.part)
      }
      if parts.isEmpty, await waiting.next() == nil { return }
    }
  }

  /// A revision from another instance may be newer than what this one has heard of; one that the database does not know either is from
  /// another registry.
  private func checkKnown(_ revision: Int64) async throws {
    if revision > (try live.freshness().revision) { try? await live.refresh() }
    let newest = try live.freshness().revision
    guard revision <= newest else {
      throw RPCError(
        .outOfRange,
        "after_revision is \(revision), but the registry's newest is \(newest): it is another registry's, or this one was restored to an earlier state; begin with 0."
      )
    }
  }

  private func parts(behind place: WatchPlace, _ context: CallContext) async throws -> [ChangePart] {
    switch live.changes.parts(behind: place, atMost: Self.batch) {
    case .parts(let parts): return parts
    case .fromTable(let newest):
      let behind = place.part == .max ? place.revision : place.revision - 1
      let lines = try await context.answering {
        try await live.database.fetch(
          ReadRegistryChanges(behind: behind, upTo: newest, mostRows: Self.batch), deadline: context.deadline)
      }
      return ReadRegistryChanges.parts(of: lines).filter { $0.isBehind(place) }
    }
  }

  private func message(_ part: ChangePart, _ context: CallContext) async throws -> RegistryChange {
    var change = RegistryChange(
      revision: part.revision, events: part.events, atUs: part.atMicroseconds, metricKey: part.metric, part: UInt32(part.part),
      parts: UInt32(part.parts))
    if part.isOfMetric { change.metric = try live.metric(part.metric).metric?.message }
    guard !part.pins.isEmpty else { return change }
    let stored = try await pins(of: part, context)
    change.pins = part.pins.map { pin in
      guard let version = pin.version.flatMap({ VersionNumber($0) }) else {
        return DashboardPin(tenantId: pin.tenant, dashboardId: pin.dashboard, metricKey: part.metric)
      }
      // Who owns it and who set it is told as it stands now; the version as it was set then.
      var message = stored[[pin.tenant, pin.dashboard]].map { DashboardPin($0) } ?? DashboardPin()
      message.tenantId = pin.tenant
      message.dashboardId = pin.dashboard
      message.metricKey = part.metric
      message.version = version.description
      return message
    }
    return change
  }

  /// Their owners are not kept in memory.
  private func pins(of part: ChangePart, _ context: CallContext) async throws -> [[String]: Pin] {
    let query = PinsOfDashboards(metric: part.metric, tenants: part.pins.map(\.tenant), dashboards: part.pins.map(\.dashboard))
    let pins = try await context.answering { try await live.database.fetch(query, deadline: context.deadline) }
    return Dictionary(pins.map { ([$0.tenant, $0.dashboard], $0) }) { $1 }
  }
}
