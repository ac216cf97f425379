/// Which of a service's addresses a call goes to.
public enum LoadBalancing: Sendable, Equatable {
  /// One connection to the first address that answers; with shuffling the order of the addresses is each channel's own.
  case pickFirst(shuffles: Bool)
  /// Every address in its turn.
  case roundRobin
  /// Of some addresses chosen at random the one with the fewest open calls; two choices are enough to keep the load even.
  case leastRequest(choices: Int)
}
