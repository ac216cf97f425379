import Reactor

/// The order in which addresses are tried, and when the next one begins beside those that still run (RFC 8305, "happy eyeballs"). A value.
struct AddressRace {
  /// How long one address is given before the next is tried beside it: what the RFC recommends.
  static let stagger = Duration.milliseconds(250)

  private let count: Int
  private var next = 0
  private var running = 0

  init(count: Int) { self.count = count }

  var isLost: Bool { running == 0 && next == count }
  var hasMore: Bool { next < count }

  /// The next address to begin with: at first, when the stagger is over, when one has failed.
  mutating func begin() -> Int? {
    guard next < count else { return nil }
    defer { next += 1 }
    running += 1
    return next
  }

  mutating func failed() { running -= 1 }

  /// The addresses with their families by turns, each family in its own order, beginning with the first one's.
  static func interleaved(_ addresses: [ResolvedAddress]) -> [ResolvedAddress] {
    guard let first = addresses.first else { return [] }
    let isSix = addresses.map { isVersionSix($0) }
    let firstIsSix = isVersionSix(first)
    var own = zip(addresses, isSix).filter { $0.1 == firstIsSix }.map(\.0)[...]
    var other = zip(addresses, isSix).filter { $0.1 != firstIsSix }.map(\.0)[...]
    var mixed: [ResolvedAddress] = []
    while !own.isEmpty || !other.isEmpty {
      if let address = own.popFirst() { mixed.append(address) }
      if let address = other.popFirst() { mixed.append(address) }
    }
    return mixed
  }

  private static func isVersionSix(_ address: ResolvedAddress) -> Bool {
    if case .ip(let host, _) = address.socketAddress { host.contains(":") } else { false }
  }
}
