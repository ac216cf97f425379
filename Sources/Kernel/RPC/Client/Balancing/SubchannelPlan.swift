import Reactor

/// Which addresses share a way.
enum SubchannelPlan {
  /// For pick_first one way that tries all of them, in the order of happy eyeballs; otherwise one for each.
  static func groups(_ addresses: [ResolvedAddress], _ policy: LoadBalancing, seed: UInt64) -> [[ResolvedAddress]] {
    var known: Set<SocketAddress> = []
    let distinct = addresses.filter { known.insert($0.socketAddress).inserted }
    guard case .pickFirst(let shuffles) = policy else { return distinct.map { [$0] } }
    guard shuffles else { return [AddressRace.interleaved(distinct)] }
    var random = SplitMix64(seed: seed)
    return [AddressRace.interleaved(distinct.shuffled(using: &random))]
  }

  /// Whether a way that exists serves these addresses too. Their order does not matter: it is no reason to leave a connection that works.
  static func areSame(_ left: [ResolvedAddress], _ right: [ResolvedAddress]) -> Bool {
    Set(left.map(\.socketAddress)) == Set(right.map(\.socketAddress))
  }
}
