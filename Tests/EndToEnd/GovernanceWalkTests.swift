import TestSupport
import Testing

/// How metrics are governed, from a first definition to a rollback, as its people do it.
@Suite(.runningSystem, .serialized) struct GovernanceWalkTests {
  @Test func `a metric is defined, redefined, deprecated, sunset and rolled back, and every step is in the trail`() throws {
    let walk = try GovernanceWalk(system: RunningSystem.current)
    try walk.addPeople()
    try walk.define()
    try walk.redefine()
    try walk.decide()
    try walk.deprecate()
    try walk.sunset()
    try walk.rollBack()
    try walk.audit()
  }
}
