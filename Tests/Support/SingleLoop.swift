public import Reactor

extension TestLoops {
  /// One loop: pools with one connection have one connection.
  public static let single = EventLoopGroup(count: 1)
}
