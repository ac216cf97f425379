import MetricGovernanceDomain
import Testing

/// The rows of the seed's table of states.
@Suite struct SeedStatesTests {
  private func row(_ status: VersionStatus, queryable: Bool, takesDashboards: Bool, warns: Bool) throws {
    let story = try Story.withFirst(status)
    #expect(story[1].status == status)
    #expect(status.isQueryable == queryable)
    #expect(status.warns == warns)
    if takesDashboards {
      #expect(try story.pin(.pin(Story.v(1), owner: "")).pin?.version == Story.v(1))
    } else {
      expectRefusal("VERSION_TAKES_NO_DASHBOARDS", .precondition) { _ = try story.pin(.pin(Story.v(1), owner: "")) }
    }
  }

  @Test func `draft: not queryable, not visible to dashboards`() throws {
    try row(.draft, queryable: false, takesDashboards: false, warns: false)
  }

  @Test func `active: queryable, visible, the default of new dashboards where it is current`() throws {
    try row(.active, queryable: true, takesDashboards: true, warns: false)
    #expect(try Story.withFirst(.active).pin(.pin(nil, owner: "")).pin?.version == Story.v(1))
  }

  @Test func `deprecated: queryable, visible with a warning`() throws {
    try row(.deprecated, queryable: true, takesDashboards: true, warns: true)
  }

  @Test func `sunset: queryable, blocked in new dashboards`() throws {
    try row(.sunset, queryable: true, takesDashboards: false, warns: true)
  }

  @Test func `retired: not queryable, not visible`() throws {
    try row(.retired, queryable: false, takesDashboards: false, warns: false)
  }
}

/// The rows of the seed's table of events: what makes each, and how grave it is.
@Suite struct SeedEventsTests {
  private func expect(_ name: String, _ severity: GovernanceEvent.Severity, in records: [AuditRecord], subject: String) throws {
    let record = try #require(records.first { $0.event.rawValue == name })
    #expect(record.event.severity == severity)
    #expect(record.subject == subject && record.reason == "because")
  }

  @Test func `metric.version_created is Medium and follows a new draft`() throws {
    let story = try Story.withFirst(.draft)
    try expect("metric.version_created", .medium, in: story.records, subject: "roas@v1")
  }

  @Test func `metric.version_status_changed is High and follows each edge`() throws {
    for status in [VersionStatus.active, .deprecated, .sunset, .retired] {
      let story = try Story.withFirst(status)
      try expect("metric.version_status_changed", .high, in: story.records, subject: "roas@v1")
      #expect(
        story.records.first { $0.event == .versionStatusChanged }?.after.contains("\"status\":\"\(status.rawValue)\"") == true)
    }
  }

  @Test func `metric.version_approval_requested is Medium`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    try expect("metric.version_approval_requested", .medium, in: story.records, subject: "roas@v1")
  }

  @Test func `metric.version_approval_granted is High`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    try story.answer(1, 1)
    try expect("metric.version_approval_granted", .high, in: story.records, subject: "roas@v1")
  }

  @Test func `metric.version_approval_rejected is High`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    try story.answer(1, 1, yes: false)
    try expect("metric.version_approval_rejected", .high, in: story.records, subject: "roas@v1")
    #expect(story[1].approvals[0].status == .rejected)
  }

  @Test func `metric.version_sunset_scheduled is High and follows a deprecation`() throws {
    let story = try Story.withFirst(.deprecated)
    try expect("metric.version_sunset_scheduled", .high, in: story.records, subject: "roas@v1")
  }

  @Test func `metric.dashboard_version_pinned is Medium`() throws {
    let outcome = try Story.withFirst(.active).pin(.pin(nil, owner: "shop"))
    try expect("metric.dashboard_version_pinned", .medium, in: [outcome.record], subject: "acme/sales/roas")
  }

  @Test func `metric.deprecated_query_logged is Low`() {
    #expect(GovernanceEvent(rawValue: "metric.deprecated_query_logged")?.severity == .low)
  }

  @Test func `metric.rollback_executed is Critical`() throws {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(revenue)"))
    try story.tell(.rollback)
    try expect("metric.rollback_executed", .critical, in: story.records, subject: "roas@v1")
  }

  @Test(arguments: [
    ("metric.definition_corrected", GovernanceEvent.Severity.high), ("metrics_config.changed", .high),
    ("metric.dashboard_version_migrated", .medium), ("metric.dashboard_version_unpinned", .medium),
    ("metric.sunset_expedited", .critical), ("metric.notification_sent", .low),
  ])
  func `events beside the seed's table have their grade as well`(name: String, severity: GovernanceEvent.Severity) {
    #expect(GovernanceEvent(rawValue: name)?.severity == severity)
  }
}
