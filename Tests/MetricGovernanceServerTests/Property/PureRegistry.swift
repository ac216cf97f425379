import MetricGovernanceDomain

@testable import MetricGovernanceServer

/// The rules alone, with what they act on in memory.
struct PureRegistry {
  private(set) var metric: Metric?
  private(set) var pins: [PinPlace: Pin] = [:]
  private var queries: [VersionNumber: Instant] = [:]
  private var revision: Int64 = 0

  static let roles: [SmallModel.Actor: Set<Principal.Role>] = [
    .ada: [.governanceBoard], .bob: [.analyst], .cleo: [.governanceBoard], .vera: [.viewer],
    .robot: [.governanceBoard, .analyst], .sync: [.pm],
  ]

  static func principal(_ actor: SmallModel.Actor) -> Principal {
    Principal(
      uri: "spiffe://lodestar.local/\(actor.rawValue)", kind: actor.rawValue.hasPrefix("person/") ? .person : .service,
      roles: roles[actor] ?? [])
  }

  var pinnedVersions: [PinPlace: VersionNumber] { pins.mapValues(\.version) }

  mutating func query(_ number: Int32, at now: Instant) { queries[Translation.version(number)] = now }

  private func use(at now: Instant) -> MetricUse {
    var use = MetricUse()
    for pin in pins.values {
      use.byVersion[pin.version, default: VersionUse()].pinCount += 1
      use.byVersion[pin.version, default: VersionUse()].owners.append(pin.owner)
    }
    for (version, last) in queries where last > now.advanced(byDays: -VersionUse.recentDays) {
      use.byVersion[version, default: VersionUse()].queries = 1
    }
    return use
  }

  /// The trail's new lines; throws what the rules answer.
  mutating func take(_ call: ModelCall, at now: Instant) throws(Refusal) -> [AuditRecord] {
    let occasion = Occasion(
      principal: Self.principal(call.actor), now: now, reason: call.isWithoutReason ? " " : "because",
      expectedRevision: (metric?.revision ?? 0) + (call.isStale ? 7 : 0))
    if let (command, place) = Translation.pinning(call.deed) {
      let outcome = try PinRules.decide(command, at: place, pin: pins[place], metric: metric, occasion)
      pins[place] = outcome.pin
      return [outcome.record]
    }
    guard let command = Translation.command(call.deed, on: metric) else { return [] }
    let outcome = try Lifecycle.decide(command, on: metric, key: Translation.key, occasion, use: use(at: now))
    guard !outcome.records.isEmpty else { return [] }
    revision += 1
    metric = outcome.metric
    metric?.revision = revision
    return outcome.records
  }
}
