import Glibc

/// How a call ended, for those who watch.
public struct CallEnd: Sendable {
  /// What the handler's end is answered with; nil is OK. A caller who left, or whose deadline has passed, was told something else before.
  public let outcome: RPCError?
  /// From before the observer, or the first of them, to the handler's end.
  public let durationNanoseconds: Int64
  /// How much went each way, with the answer that the handler has just given.
  public let traffic: CallTraffic

  public init(outcome: RPCError?, durationNanoseconds: Int64, traffic: CallTraffic) {
    self.outcome = outcome
    self.durationNanoseconds = durationNanoseconds
    self.traffic = traffic
  }

  /// When a call began, on the clock that goes on while the machine sleeps. A number, as the library's instants are opaque: taking two and their difference
  /// apart was a tenth of what measuring costs.
  struct Start {
    fileprivate let nanoseconds: Int64

    init() {
      var now = timespec()
      unsafe clock_gettime(CLOCK_BOOTTIME, &now)
      nanoseconds = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
  }

  init(since start: Start, outcome: RPCError?, traffic: CallTraffic) {
    self.init(outcome: outcome, durationNanoseconds: Start().nanoseconds - start.nanoseconds, traffic: traffic)
  }
}
