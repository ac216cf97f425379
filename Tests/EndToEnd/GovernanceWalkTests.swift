import TestSupport
import Testing

/// How metrics are governed, from a first definition to a retirement, as their people do it.
@Suite(.runningSystem, .serialized) struct GovernanceWalkTests {
  @Test func `a metric is defined, redefined, rolled back, corrected and retired, and every step is in the trail`() throws {
    let walk = try GovernanceWalk(system: RunningSystem.current)
    try walk.addPeople()
    try walk.tellNobody()
    try walk.define()
    try walk.redefine()
    try walk.decide()
    try walk.deprecate()
    try walk.sunset()
    try walk.rollBack()
    try walk.correct()
    try walk.notify()
    try walk.retire()
    try walk.audit()
  }
}
