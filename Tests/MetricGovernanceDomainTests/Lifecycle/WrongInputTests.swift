import MetricGovernanceDomain
import Testing

/// What people and programs get wrong: a clear no, and nothing changed.
@Suite struct WrongInputTests {
  /// Which commands each state takes, for v1; every other state refuses them.
  @Test(arguments: VersionStatus.allCases)
  func `a command in the wrong state is refused by name and changes nothing`(status: VersionStatus) throws {
    let commands: [(LifecycleCommand, Set<VersionStatus>)] = [
      (.updateDraft(Story.v(1), Draft(Story.hashed("SUM(x)"))), [.draft]), (.activate(Story.v(1), makeCurrent: false), [.draft]),
      (.setCurrentVersion(Story.v(1)), [.active]), (.deprecate(Story.v(1), Deprecation()), [.active]),
      (.sunset(Story.v(1)), [.deprecated]), (.retire(Story.v(1)), [.sunset]),
      (.correctDefinition(Story.v(1), approval: 1), [.active, .deprecated, .sunset]),
      (.requestApproval(Story.v(1), ApprovalRequest(.activation, ticket: "T")), [.draft]),
      (.requestApproval(Story.v(1), ApprovalRequest(.expeditedSunset, ticket: "T")), [.active, .deprecated]),
      (.requestApproval(Story.v(1), ApprovalRequest(.forcedRetirement, ticket: "T")), [.sunset]),
      (.requestApproval(Story.v(1), ApprovalRequest(.rollback, ticket: "T")), [.deprecated, .sunset]),
    ]
    for (command, states) in commands where !states.contains(status) {
      var story = try Story.withFirst(status)
      let before = story.metric
      expectRefusal("WRONG_STATE", .precondition) { try story.tell(command) }
      #expect(story.metric == before)
    }
  }

  @Test func `a revision that moved on aborts`() throws {
    var story = try Story.withFirst(.active)
    let known = try #require(story.metric).revision
    try story.draft(Story.hashed("SUM(x)"))
    expectRefusal("REVISION_MOVED_ON", .aborted) { try story.tell(.setCurrentVersion(Story.v(1)), expected: known) }
    expectRefusal("REVISION_MOVED_ON", .aborted) {
      try story.tell(.createVersion(nil, Draft(Story.hashed("SUM(y)")), nil), as: Story.bob, expected: known)
    }
    var fresh = Story()
    expectRefusal("REVISION_MOVED_ON", .aborted) {
      try fresh.tell(.createVersion(nil, Draft(Story.hashed()), Story.facts), as: Story.bob, expected: 3)
    }
  }

  @Test func `every change has a reason`() throws {
    var story = try Story.withFirst(.active)
    for reason in ["", " \n\t"] {
      expectRefusal("TEXT_MISSING", .invalid) { try story.tell(.updateMetric(Story.facts), reason: reason) }
    }
    expectRefusal("TEXT_TOO_LONG", .invalid) {
      try story.tell(.updateMetric(Story.facts), reason: String(repeating: "r", count: 2001))
    }
    expectRefusal("TEXT_UNPRINTABLE", .invalid) { try story.tell(.updateMetric(Story.facts), reason: "a\u{0}b") }
  }

  @Test func `replacements lead nowhere in a circle, and to something that stays`() throws {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(x)"))
    try story.release(Story.hashed("SUM(y)"))
    expectRefusal("REPLACEMENT_CYCLE", .invalid) { try story.deprecate(1, replacement: 1) }
    try story.deprecate(1, replacement: 2)
    expectRefusal("REPLACEMENT_CYCLE", .invalid) { try story.deprecate(2, replacement: 1) }
    expectRefusal("VERSION_NOT_FOUND", .notFound) { try story.deprecate(2, replacement: 9) }
    try story.draft(Story.hashed("SUM(z)"))
    expectRefusal("REPLACEMENT_NOT_ACTIVE", .precondition) { try story.deprecate(2, replacement: 4) }
    try story.deprecate(2, replacement: 3)
  }

  @Test func `what new dashboards get is neither deprecated nor crowned twice`() throws {
    var story = try Story.withFirst(.active)
    expectRefusal("VERSION_IS_CURRENT", .precondition) { try story.deprecate(1) }
    expectRefusal("ALREADY_CURRENT", .precondition) { try story.tell(.setCurrentVersion(Story.v(1))) }
  }

  @Test func `numbers of versions only rise`() throws {
    var story = try Story.withFirst(.draft)
    let draft = Draft(Story.hashed("SUM(x)"))
    expectRefusal("VERSION_EXISTS", .alreadyExists) { try story.tell(.createVersion(Story.v(1), draft, nil), as: Story.bob) }
    try story.tell(.createVersion(Story.v(5), draft, nil), as: Story.bob)
    expectRefusal("VERSION_TOO_LOW", .invalid) { try story.tell(.createVersion(Story.v(3), draft, nil), as: Story.bob) }
    try story.tell(.createVersion(nil, draft, nil), as: Story.bob)
    #expect(story.metric?.versions.map(\.number.description) == ["v1", "v5", "v6"])
    try story.tell(.createVersion(VersionNumber(Int32.max), draft, nil), as: Story.bob)
    expectRefusal("VERSIONS_EXHAUSTED", .precondition) { try story.tell(.createVersion(nil, draft, nil), as: Story.bob) }
  }

  @Test func `a metric's first version says what the metric is`() throws {
    var story = Story()
    expectRefusal("METRIC_FACTS_MISSING", .invalid) {
      try story.tell(.createVersion(nil, Draft(Story.hashed()), nil), as: Story.bob)
    }
    expectRefusal("METRIC_NOT_FOUND", .notFound) { try story.tell(.rollback) }
    try story.draft()
    var other = Story.facts
    other.unit = "%"
    expectRefusal("METRIC_EXISTS", .invalid) { try story.tell(.createVersion(nil, Draft(Story.hashed()), other), as: Story.bob) }
  }

  @Test func `texts have limits, and a definition has to be a formula`() throws {
    var story = Story()
    func draft(_ change: (inout VersionContent) -> Void) -> LifecycleCommand {
      var content = Story.hashed().content
      change(&content)
      return .createVersion(nil, Draft(HashedContent(content, digest: { $0 })), Story.facts)
    }
    let wrong: [(String, LifecycleCommand)] = [
      ("DEFINITION_UNREADABLE", draft { $0.definition = "SUM(" }), ("TEXT_MISSING", draft { $0.definition = " " }),
      ("TEXT_TOO_LONG", draft { $0.definition = String(repeating: "x", count: 10_001) }),
      ("TEXT_MISSING", draft { $0.dbtModel = "" }),
      ("TEXT_TOO_LONG", draft { $0.dbtModel = String(repeating: "x", count: 501) }),
      ("TEXT_TOO_LONG", draft { $0.migrationGuide = String(repeating: "x", count: 20_001) }),
      ("LIST_TOO_LONG", draft { $0.edgeCases.notes = [String](repeating: "n", count: 51) }),
      ("LIST_TOO_LONG", draft { $0.columns = (0..<201).map { MetricColumn(name: "c\($0)") } }),
      ("COLUMN_TWICE", draft { $0.columns = [MetricColumn(name: "a"), MetricColumn(name: "a")] }),
      ("TEXT_UNPRINTABLE", draft { $0.relation = "a\u{7}" }),
    ]
    for (reason, command) in wrong {
      expectRefusal(reason, .invalid) { try story.tell(command, as: Story.bob) }
      #expect(story.metric == nil)
    }
  }

  @Test func `what is still read does not end without a word of the board, and is named`() throws {
    let pin = Pin(
      tenant: "acme", dashboard: "sales", metric: Story.key, version: Story.v(1), owner: "shop", pinnedBy: "x",
      pinnedAt: Story.start)
    let reader = VersionUse.Reader(tenant: "zeta", dashboard: "ops", queries: 3, lastSeen: Story.start)
    for use in [VersionUse(pinCount: 1, pins: [pin], owners: ["shop"]), VersionUse(queries: 3, readers: [reader])] {
      let name = use.pinCount > 0 ? "acme/sales" : "zeta/ops"
      var story = try Story.withFirst(.deprecated)
      story.now = story.now.advanced(byDays: 30)
      story.use.byVersion[Story.v(1)] = use
      let refusal = #expect(throws: Refusal.self) { try story.tell(.sunset(Story.v(1)), as: Story.bob) }
      #expect(refusal?.reason == "VERSION_IN_USE" && refusal?.message.contains(name) == true)
      story = try Story.withFirst(.sunset)
      story.use.byVersion[Story.v(1)] = use
      let second = #expect(throws: Refusal.self) { try story.tell(.retire(Story.v(1))) }
      #expect(second?.reason == "VERSION_IN_USE" && second?.message.contains(name) == true)
      try story.obtain(1, .forcedRetirement)
      try story.tell(.retire(Story.v(1)))
      #expect(story.records.map(\.event) == [.versionStatusChanged, .retirementForced])
    }
  }

  @Test func `the only way back cannot be retired, not even by force`() throws {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(x)"))
    try story.deprecate(1)
    story.now = story.now.advanced(byDays: 30)
    try story.tell(.sunset(Story.v(1)), as: Story.bob)
    try story.obtain(1, .forcedRetirement)
    expectRefusal("ONLY_ROLLBACK_TARGET", .precondition) { try story.tell(.retire(Story.v(1))) }
    try story.release(Story.hashed("SUM(y)"))
    try story.tell(.retire(Story.v(1)))
  }

  @Test func `a rollback brings back deprecated versions, sunset ones with an approval, retired ones never`() throws {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(x)"))
    try story.deprecate(1)
    var sunset = story
    try story.tell(.rollback)
    #expect(story[1].status == .active && story.metric?.current == Story.v(1) && story[1].moments.plannedSunset == nil)
    expectRefusal("NO_ROLLBACK_TARGET", .precondition) { try story.tell(.rollback) }
    sunset.now = sunset.now.advanced(byDays: 30)
    try sunset.tell(.sunset(Story.v(1)), as: Story.bob)
    expectRefusal("APPROVAL_MISSING", .precondition) { try sunset.tell(.rollback) }
    try sunset.obtain(1, .rollback)
    try sunset.tell(.rollback)
    #expect(sunset[1].status == .active && sunset[2].status == .deprecated)
    var retired = try Story.withFirst(.retired)
    try retired.tell(.rollback)
    expectRefusal("NO_ROLLBACK_TARGET", .precondition) { try retired.tell(.rollback) }
  }

  @Test func `a pin is set once, moves only from where it is, and goes only from where it is`() throws {
    var story = try Story.withFirst(.active)
    try story.release(Story.hashed("SUM(x)"))
    let pin = try #require(try story.pin(.pin(Story.v(1), owner: "shop")).pin)
    expectRefusal("PIN_EXISTS", .alreadyExists) { _ = try story.pin(.pin(nil, owner: ""), pin: pin) }
    expectRefusal("PIN_MOVED_ON", .aborted) { _ = try story.pin(.migrate(from: Story.v(2), to: Story.v(1)), pin: pin) }
    expectRefusal("PIN_MOVED_ON", .aborted) { _ = try story.pin(.unpin(expected: Story.v(2)), pin: pin) }
    expectRefusal("SAME_VERSION", .invalid) { _ = try story.pin(.migrate(from: Story.v(1), to: Story.v(1)), pin: pin) }
    expectRefusal("PIN_NOT_FOUND", .notFound) { _ = try story.pin(.unpin(expected: Story.v(1))) }
    expectRefusal("NOT_ALLOWED", .denied) { _ = try story.pin(.unpin(expected: Story.v(1)), pin: pin, as: Story.vera) }
    let moved = try story.pin(.migrate(from: Story.v(1), to: Story.v(2)), pin: pin)
    #expect(moved.pin?.version == Story.v(2) && moved.pin?.owner == "shop" && moved.record.event == .dashboardMigrated)
  }
}
