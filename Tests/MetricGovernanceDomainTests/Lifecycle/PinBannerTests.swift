import MetricGovernanceDomain
import Testing

/// What a dashboard shows its readers says what their queries are told, and more where that matters.
@Suite struct PinBannerTests {
  /// v2 current in the place of v1.
  private func twoVersions() throws -> Story {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(revenue) / COUNT(orders)", guide: "Read both."), isBreaking: false)
    return story
  }

  private func banner(_ number: Int32, _ story: Story) -> PinBanner? {
    let pin = Pin(
      tenant: "acme", dashboard: "weekly", metric: Story.key, version: Story.v(number), owner: "ada", pinnedBy: "ada",
      pinnedAt: Story.start)
    return story.metric.flatMap { PinBanner(of: pin, metric: $0) }
  }

  private func warning(_ version: MetricVersion) -> ResolveWarning? {
    ResolveWarning(
      metric: "roas", version: version.number, status: version.status, plannedSunset: version.moments.plannedSunset,
      sunset: version.moments.sunset, replacement: version.replacement, migrationGuide: "Read both.")
  }

  @Test func `nothing while the version is active`() throws {
    #expect(banner(1, try twoVersions()) == nil)
  }

  @Test func `deprecated and sunset in the words of the warning that queries get`() throws {
    var story = try twoVersions()
    try story.deprecate(1)
    let deprecated = try #require(banner(1, story))
    #expect(deprecated.code == .deprecated && deprecated.message == warning(story[1])?.message)
    #expect(deprecated.plannedSunset == story[1].moments.plannedSunset && deprecated.migrationGuide == "Read both.")
    story.now = try #require(deprecated.plannedSunset)
    try story.tell(.sunset(Story.v(1)))
    let sunset = try #require(banner(1, story))
    #expect(sunset.code == .sunset && sunset.message == warning(story[1])?.message && sunset.plannedSunset == nil)
  }

  @Test func `a version that was rolled back may be wrong`() throws {
    var story = try twoVersions()
    try story.tell(.rollback)
    let rolledBack = try #require(banner(2, story))
    #expect(rolledBack.code == .rolledBack && rolledBack.status == .deprecated && rolledBack.replacement == Story.v(1))
    #expect(rolledBack.message == "roas@v2 was rolled back: its numbers may be wrong. Move to v1.")
  }
}
