/// Finds the addresses that fail more than their like (gRPC A50). A value: outcomes and the time go in, who is left out comes out.
struct OutlierDetector<Key: Hashable & Comparable & Sendable> {
  private struct Host {
    var successes = 0
    var failures = 0
    /// How often it was left out lately: each time it is for longer.
    var multiplier = 0
    var ejectedAt: ContinuousClock.Instant?

    var volume: Int { successes + failures }
    var successRate: Double { Double(successes) / Double(volume) }
  }

  private let settings: OutlierDetection
  private var hosts: [Key: Host] = [:]
  private var random: SplitMix64

  init(_ settings: OutlierDetection, seed: UInt64) {
    self.settings = settings
    random = SplitMix64(seed: seed)
  }

  var ejected: Set<Key> { Set(hosts.filter { $0.value.ejectedAt != nil }.keys) }

  /// These and no others are judged from now on.
  mutating func watch(_ keys: [Key]) {
    let wanted = Set(keys)
    hosts = hosts.filter { wanted.contains($0.key) }
    for key in wanted where hosts[key] == nil { hosts[key] = Host() }
  }

  /// A call has ended there.
  mutating func count(_ succeeded: Bool, for key: Key) {
    if succeeded { hosts[key]?.successes += 1 } else { hosts[key]?.failures += 1 }
  }

  /// An interval is over: judges by what it brought.
  mutating func sweep(now: ContinuousClock.Instant) {
    // In a fixed order, so that a seed repeats its choices.
    let keys = hosts.keys.sorted()
    if let rule = settings.successRate { judge(keys, byRate: rule, now: now) }
    if let rule = settings.failurePercentage { judge(keys, byFailures: rule, now: now) }
    for key in keys {
      guard var host = hosts[key] else { continue }
      host.successes = 0
      host.failures = 0
      if let ejectedAt = host.ejectedAt {
        let longest = max(settings.baseEjectionTime, settings.maximumEjectionTime)
        let time = min(settings.baseEjectionTime * host.multiplier, longest)
        if now > ejectedAt.advanced(by: time) { host.ejectedAt = nil }
      } else if host.multiplier > 0 {
        host.multiplier -= 1
      }
      hosts[key] = host
    }
  }

  private mutating func judge(_ keys: [Key], byRate rule: OutlierDetection.SuccessRate, now: ContinuousClock.Instant) {
    let rates = keys.compactMap { hosts[$0] }.filter { $0.volume > 0 && $0.volume >= rule.requestVolume }.map(\.successRate)
    guard !rates.isEmpty, rates.count >= rule.minimumHosts else { return }
    let mean = rates.reduce(0, +) / Double(rates.count)
    let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rates.count)
    let bound = mean - variance.squareRoot() * rule.deviationFactor
    for key in keys {
      guard !isQuotaUsed else { return }
      guard let host = hosts[key], host.volume > 0, host.volume >= rule.requestVolume, host.successRate < bound else { continue }
      eject(key, enforcement: rule.enforcementPercentage, now: now)
    }
  }

  private mutating func judge(_ keys: [Key], byFailures rule: OutlierDetection.FailurePercentage, now: ContinuousClock.Instant) {
    guard keys.count >= rule.minimumHosts else { return }
    for key in keys {
      guard !isQuotaUsed else { return }
      guard let host = hosts[key], host.volume > 0, host.volume >= rule.requestVolume else { continue }
      guard host.failures * 100 > rule.threshold * host.volume else { continue }
      eject(key, enforcement: rule.enforcementPercentage, now: now)
    }
  }

  /// At least one may be left out, whatever the percentage.
  private var isQuotaUsed: Bool {
    let out = hosts.values.count { $0.ejectedAt != nil }
    return out > 0 && out * 100 >= settings.maximumEjectionPercentage * hosts.count
  }

  private mutating func eject(_ key: Key, enforcement: Int, now: ContinuousClock.Instant) {
    guard hosts[key]?.ejectedAt == nil, Int.random(in: 0..<100, using: &random) < enforcement else { return }
    hosts[key]?.ejectedAt = now
    hosts[key]?.multiplier += 1
  }
}
