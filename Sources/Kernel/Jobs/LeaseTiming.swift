/// How long a claim lasts and how often it is renewed and looked for.
public struct LeaseTiming: Sendable, Equatable {
  /// How long a claim lasts without renewal: the time after which another worker takes over from a dead one.
  public var lease: Duration
  /// How often a working worker renews.
  public var heartbeat: Duration
  /// How often an idle worker looks for work without being woken.
  public var sweep: Duration

  public init(lease: Duration = .seconds(15), heartbeat: Duration = .seconds(5), sweep: Duration = .seconds(2)) {
    self.lease = lease
    self.heartbeat = heartbeat
    self.sweep = sweep
  }
}
