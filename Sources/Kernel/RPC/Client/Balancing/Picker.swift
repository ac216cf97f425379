/// Chooses among the ways that are ready. A value.
struct Picker {
  private let policy: LoadBalancing
  private var turn: Int
  private var random: SplitMix64

  init(_ policy: LoadBalancing, seed: UInt64) {
    self.policy = policy
    random = SplitMix64(seed: seed)
    // Callers that start together must not all begin with the first.
    turn = Int(random.next() >> 33)
  }

  /// Answers with an index below `count`, which is at least one. `openCalls` tells how busy one is.
  mutating func pick(of count: Int, openCalls: (Int) -> Int) -> Int {
    guard count > 1 else { return 0 }
    switch policy {
    case .roundRobin:
      turn = (turn &+ 1) & Int.max
      return turn % count
    case .leastRequest(let choices):
      return leastBusy(of: count, choices: choices, openCalls)
    case .pickFirst:
      // Several connections to one service: the less busy one.
      return leastBusy(of: count, choices: 2, openCalls)
    }
  }

  private mutating func leastBusy(of count: Int, choices: Int, _ openCalls: (Int) -> Int) -> Int {
    var best = Int.random(in: 0..<count, using: &random)
    for _ in 1..<max(choices, 2) {
      let other = Int.random(in: 0..<count, using: &random)
      if openCalls(other) < openCalls(best) { best = other }
    }
    return best
  }
}

/// A small generator of random numbers that can be seeded, so that choices can be repeated in a test.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
