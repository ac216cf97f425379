import MetricGovernanceDomain
import Testing

/// Both sides of every date's edge, to the microsecond.
@Suite struct GracePeriodTests {
  /// v1 active, v2 current in its place.
  private func twoVersions(breaking: Bool) throws -> Story {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(revenue) / COUNT(orders)", guide: "Read both."), isBreaking: breaking)
    return story
  }

  @Test(arguments: [(false, Int64(30)), (true, 90)])
  func `a deprecated version goes on for 30 days, 90 where what comes after it is breaking`(breaking: Bool, days: Int64) throws {
    let edge = Story.start.advanced(byDays: days)
    var story = try twoVersions(breaking: breaking)
    expectRefusal("GRACE_PERIOD_TOO_SHORT", .precondition) { try story.deprecate(1, planned: edge.later(microseconds: -1)) }
    #expect(story[1].status == .active)
    try story.deprecate(1, planned: edge)
    #expect(story[1].moments.plannedSunset == edge)
    var unplanned = try twoVersions(breaking: breaking)
    try unplanned.deprecate(1)
    #expect(unplanned[1].moments.plannedSunset == edge && unplanned[1].replacement == Story.v(2))
  }

  @Test func `without a successor the grace is that of a breaking change`() throws {
    var story = try Story.withFirst(.draft)
    try story.obtain(1)
    try story.tell(.activate(Story.v(1), makeCurrent: false))
    expectRefusal("GRACE_PERIOD_TOO_SHORT") {
      try story.deprecate(1, planned: Story.start.advanced(byDays: 90).later(microseconds: -1))
    }
    try story.deprecate(1, planned: Story.start.advanced(byDays: 90))
    #expect(story[1].replacement == nil)
  }

  @Test func `a planned sunset lies within ten years`() throws {
    var story = try twoVersions(breaking: false)
    let edge = Story.start.advanced(byDays: GracePeriod.farthestDays)
    expectRefusal("SUNSET_TOO_FAR", .invalid) { try story.deprecate(1, planned: edge.later(microseconds: 1)) }
    try story.deprecate(1, planned: edge)
  }

  @Test func `sunset waits for its date`() throws {
    var story = try twoVersions(breaking: false)
    try story.deprecate(1)
    story.now = Story.start.advanced(byDays: 30).later(microseconds: -1)
    expectRefusal("SUNSET_TOO_EARLY", .precondition) { try story.tell(.sunset(Story.v(1)), as: Story.bob) }
    story.now = Story.start.advanced(byDays: 30)
    try story.tell(.sunset(Story.v(1)), as: Story.bob)
    #expect(story[1].moments.sunset == story.now)
  }

  @Test func `an approved expedited sunset lifts the grace, is used once, and is Critical`() throws {
    var story = try twoVersions(breaking: true)
    expectRefusal("APPROVAL_MISSING") { try story.deprecate(1, isExpedited: true) }
    try story.obtain(1, .expeditedSunset)
    expectRefusal("GRACE_PERIOD_TOO_SHORT") {
      try story.deprecate(1, planned: story.now.later(microseconds: -1), isExpedited: true)
    }
    try story.deprecate(1, planned: story.now, isExpedited: true)
    #expect(story.records.map(\.event) == [.versionStatusChanged, .sunsetScheduled, .sunsetExpedited])
    #expect(story[1].approvals.last?.usedAt == story.now)
    // The same approval covers the end of a version that is still read.
    story.use.byVersion[Story.v(1)] = VersionUse(pinCount: 1, owners: ["shop"])
    try story.tell(.sunset(Story.v(1)), as: Story.bob)
  }

  @Test func `an expedited sunset that was approved later ends the grace of a deprecated version`() throws {
    var story = try twoVersions(breaking: false)
    try story.deprecate(1)
    try story.obtain(1, .expeditedSunset)
    try story.tell(.sunset(Story.v(1)), as: Story.bob)
    #expect(story.records.map(\.event) == [.versionStatusChanged, .sunsetExpedited])
    #expect(GovernanceEvent.sunsetExpedited.severity == .critical)
  }

  @Test(arguments: [(false, Int64(30)), (true, 90)])
  func `a version that was rolled back goes by its own flag`(breaking: Bool, days: Int64) throws {
    var story = try twoVersions(breaking: breaking)
    try story.tell(.rollback)
    #expect(story[2].status == .deprecated && story[2].moments.plannedSunset == Story.start.advanced(byDays: days))
    #expect(story[2].replacement == Story.v(1))
  }

  @Test func `a faulty version that nobody pinned ends at once where that was approved`() throws {
    for pinned in [false, true] {
      var story = try twoVersions(breaking: false)
      try story.obtain(2, .expeditedSunset)
      if pinned { story.use.byVersion[Story.v(2)] = VersionUse(pinCount: 1, owners: ["shop"]) }
      try story.tell(.rollback)
      #expect(story[2].moments.plannedSunset == story.now.advanced(byDays: pinned ? 30 : 0))
      #expect(story.records.contains { $0.event == .sunsetExpedited } == !pinned)
    }
  }
}
