import MetricGovernanceDomain
import Testing

/// The page's lifecycle table, a test for each of its rows, and what the table leaves to the request.
@Suite struct ResolvingTests {
  private let v1 = VersionNumber(1)!
  private let v2 = VersionNumber(2)!

  private func resolve(
    _ status: VersionStatus, _ purpose: ResolvePurpose, asked: VersionNumber? = nil, pin: VersionNumber? = nil,
    current: VersionNumber? = nil
  ) throws(ResolveRefusal) -> Resolution {
    try Resolution.resolve(asked: asked, pin: pin, current: current, purpose: purpose) { [v1] in $0 == v1 ? status : nil }
  }

  private func expect(
    _ refusal: ResolveRefusal, _ status: VersionStatus, _ purposes: [ResolvePurpose],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for purpose in purposes {
      #expect(throws: refusal, sourceLocation: sourceLocation) { try resolve(status, purpose, asked: v1) }
      #expect(throws: refusal, sourceLocation: sourceLocation) { try resolve(status, purpose, pin: v1) }
      #expect(throws: refusal, sourceLocation: sourceLocation) { try resolve(status, purpose, current: v1) }
    }
  }

  @Test func `draft: nothing can be asked of it, FAILED_PRECONDITION`() {
    expect(.draft(v1), .draft, ResolvePurpose.allCases)
    let refusal = ResolveRefusal.draft(v1).refusal(metric: "roas", current: v2)
    #expect(refusal.kind == .precondition)
    #expect(
      refusal.message == "roas@v1 is a draft, which nothing can be asked of before it is approved and activated. Use v2.")
  }

  @Test func `active: queries, new dashboards and pins, without a warning`() throws {
    for purpose in ResolvePurpose.allCases {
      #expect(
        try resolve(.active, purpose, asked: v1) == Resolution(version: v1, status: .active, isFromPin: false))
      #expect(try resolve(.active, purpose, pin: v1) == Resolution(version: v1, status: .active, isFromPin: true))
      #expect(try !resolve(.active, purpose, current: v1).warns)
    }
  }

  @Test func `deprecated: queries, new dashboards and pins, with a warning`() throws {
    for purpose in ResolvePurpose.allCases {
      #expect(try resolve(.deprecated, purpose, asked: v1).warns)
      #expect(try resolve(.deprecated, purpose, pin: v1).warns)
    }
    let warning = try #require(
      ResolveWarning(
        metric: "roas", version: v1, status: .deprecated, plannedSunset: Instant(microseconds: 1_772_323_200_000_000), sunset: nil,
        replacement: v2, migrationGuide: "Divide by spend."))
    #expect(warning.code == "deprecated")
    #expect(warning.message == "roas@v1 is deprecated and is planned to sunset on 2026-03-01. Move to v2.")
    #expect(warning.replacement == v2 && warning.migrationGuide == "Divide by spend.")
  }

  @Test func `sunset: queries and pins with a warning, no new dashboards`() throws {
    for purpose in [ResolvePurpose.existingDashboard, .adHocQuery] {
      #expect(try resolve(.sunset, purpose, asked: v1).warns)
      #expect(try resolve(.sunset, purpose, pin: v1).warns)
    }
    expect(.sunsetForNewDashboard(v1), .sunset, [.newDashboard])
    let refusal = ResolveRefusal.sunsetForNewDashboard(v1).refusal(
      metric: "roas",
      versions: [
        VersionOutline(number: v1, status: .sunset, replacement: v2), VersionOutline(number: v2, status: .active),
      ])
    #expect(refusal.kind == .precondition)
    #expect(refusal.message == "roas@v1 is sunset: dashboards that have it keep it, new ones cannot get it. Use v2.")
    let warning = try #require(
      ResolveWarning(
        metric: "roas", version: v1, status: .sunset, plannedSunset: nil, sunset: Instant(microseconds: 0), replacement: nil,
        migrationGuide: ""))
    #expect(warning.code == "sunset")
    #expect(
      warning.message == "roas@v1 is sunset since 1970-01-01: only dashboards that have it still get it, until it is retired.")
  }

  @Test func `retired: blocked for everybody, the error names the replacement`() throws {
    expect(.retired(v1), .retired, ResolvePurpose.allCases)
    let v3 = try #require(VersionNumber(3))
    let refusal = ResolveRefusal.retired(v1).refusal(
      metric: "roas",
      versions: [
        VersionOutline(number: v1, status: .retired, replacement: v2),
        VersionOutline(number: v2, status: .retired, replacement: v3), VersionOutline(number: v3, status: .active),
      ])
    #expect(refusal.kind == .precondition)
    #expect(refusal.message == "roas@v1 is retired and answers no more queries. It was replaced by v2. Use v3.")
  }

  @Test func `a chain of replacements that leads back to itself names no way out`() {
    let refusal = ResolveRefusal.retired(v1).refusal(
      metric: "roas",
      versions: [
        VersionOutline(number: v1, status: .retired, replacement: v2),
        VersionOutline(number: v2, status: .retired, replacement: v1),
      ])
    #expect(refusal.message == "roas@v1 is retired and answers no more queries. It was replaced by v2.")
  }

  @Test func `the request decides before the pin, the pin before the current version`() throws {
    let all: (VersionNumber) -> VersionStatus? = { _ in .active }
    let v3 = try #require(VersionNumber(3))
    let purpose = ResolvePurpose.existingDashboard
    #expect(
      try Resolution.resolve(asked: v1, pin: v2, current: v3, purpose: purpose, status: all)
        == Resolution(version: v1, status: .active, isFromPin: false))
    #expect(
      try Resolution.resolve(asked: nil, pin: v2, current: v3, purpose: purpose, status: all)
        == Resolution(version: v2, status: .active, isFromPin: true))
    #expect(
      try Resolution.resolve(asked: nil, pin: nil, current: v3, purpose: purpose, status: all)
        == Resolution(version: v3, status: .active, isFromPin: false))
  }

  @Test func `a version that is not there is NOT_FOUND, with those that are`() {
    #expect(throws: ResolveRefusal.unknownVersion(v2)) { try resolve(.active, .adHocQuery, asked: v2) }
    let refusal = ResolveRefusal.unknownVersion(v2).refusal(
      metric: "roas", versions: [VersionOutline(number: v1, status: .active)])
    #expect(refusal.kind == .notFound && refusal.field == "version")
    #expect(refusal.message == "The metric roas has no version v2. It has v1 (active).")
  }

  @Test func `a metric without a current version has to be asked for by version`() {
    #expect(throws: ResolveRefusal.noCurrentVersion) { try resolve(.draft, .newDashboard) }
    let refusal = ResolveRefusal.noCurrentVersion.refusal(metric: "roas", versions: [VersionOutline(number: v1, status: .draft)])
    #expect(refusal.kind == .precondition)
    #expect(
      refusal.message
        == "The metric roas has no current version, and the request names none: none of its versions is active yet.")
  }

  @Test func `a metric that is not there is NOT_FOUND, with the nearest that is`() {
    let refusal = ResolveRefusal.unknownMetric.refusal(metric: "raos", nearest: "roas")
    #expect(refusal.kind == .notFound && refusal.field == "metric_key")
    #expect(refusal.message == "There is no metric \"raos\". Did you mean \"roas\"?")
  }

  @Test func `a purpose that is not set is INVALID_ARGUMENT`() {
    let refusal = ResolveRefusal.purposeNotSet.refusal(metric: "roas")
    #expect(refusal.kind == .invalid && refusal.field == "purpose")
  }

  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"), (1_709_164_799, "2024-02-28"),
    (4_107_542_400, "2100-03-01"),
  ]) func `a moment has its day in UTC`(seconds: Int64, day: String) {
    #expect(Instant(microseconds: seconds * 1_000_000).date == day)
  }

  @Test func `the key nearest to what was typed is found among many`() {
    #expect(NearestKey.find("raos", among: ["cac", "roas", "roas_daily"]) == "roas")
    #expect(NearestKey.find("conversion", among: ["cac", "roas"]) == nil)
    let many = (0..<100_000).map { "metric_\($0)" }
    #expect(NearestKey.find("metric_77_", among: many.sorted()) == "metric_77")
  }
}
