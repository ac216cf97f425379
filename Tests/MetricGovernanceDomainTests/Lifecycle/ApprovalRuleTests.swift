import MetricGovernanceDomain
import Testing

@Suite struct ApprovalRuleTests {
  @Test func `nobody approves what they asked for`() throws {
    var story = try Story.withFirst(.draft)
    try story.tell(.requestApproval(Story.v(1), ApprovalRequest(.activation, ticket: "T")), as: Story.ada)
    expectRefusal("OWN_REQUEST", .denied) { try story.answer(1, 1, as: Story.ada) }
    try story.answer(1, 1, as: Story.cleo)
    #expect(story[1].approvals[0].status == .approved)
  }

  @Test func `only people of the board approve, and never a service`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    for principal in [Story.robot, Story.bob, Story.vera] {
      expectRefusal("NOT_ALLOWED", .denied) { try story.answer(1, 1, as: principal) }
    }
    for command: LifecycleCommand in [
      .activate(Story.v(1), makeCurrent: false), .setCurrentVersion(Story.v(1)), .sunset(Story.v(1)), .retire(Story.v(1)),
      .rollback,
      .correctDefinition(Story.v(1), approval: 1), .updateMetric(Story.facts),
    ] {
      expectRefusal("NOT_ALLOWED", .denied) { try story.tell(command, as: Story.robot) }
    }
    expectRefusal("NOT_ALLOWED", .denied) { try story.tell(.activate(Story.v(1), makeCurrent: true), as: Story.bob) }
  }

  @Test(arguments: 0..<4)
  func `an incomplete checklist is no yes`(missing: Int) throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    let checklist = Approval.Checklist(
      isFormulaCorrect: missing != 0, areEdgeCasesHandled: missing != 1, isImpactUnderstood: missing != 2,
      isMigrationPlanned: missing != 3)
    expectRefusal("CHECKLIST_INCOMPLETE", .invalid) { try story.answer(1, 1, checklist: checklist) }
    #expect(story[1].approvals[0].decisions.isEmpty)
    try story.answer(1, 1, yes: false, checklist: checklist)
  }

  @Test func `a breaking change needs two people and a migration guide`() throws {
    var story = try Story.withFirst(.draft)
    expectRefusal("MIGRATION_GUIDE_MISSING", .precondition) { try story.ask(1, isBreaking: true) }
    try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed(guide: "Read both."))), as: Story.bob)
    try story.ask(1, isBreaking: true)
    try story.answer(1, 1)
    #expect(story[1].approvals[0].status == .pending)
    expectRefusal("ALREADY_DECIDED", .precondition) { try story.answer(1, 1) }
    expectRefusal("APPROVAL_MISSING") { try story.tell(.activate(Story.v(1), makeCurrent: false)) }
    try story.answer(1, 1, as: Story.cleo)
    try story.tell(.activate(Story.v(1), makeCurrent: false), as: Story.bob)
    #expect(story[1].isBreaking)
  }

  @Test func `any edit voids what was approved or asked for`() throws {
    for isApproved in [false, true] {
      var story = try Story.withFirst(.draft)
      try story.ask(1)
      if isApproved { try story.answer(1, 1) }
      try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed("SUM(revenue) / SUM(spend) "))), as: Story.bob)
      #expect(story[1].approvals[0].status == .void)
      expectRefusal("APPROVAL_MISSING") { try story.tell(.activate(Story.v(1), makeCurrent: true)) }
      expectRefusal("APPROVAL_NOT_PENDING") { try story.answer(1, 1, as: Story.cleo) }
    }
  }

  @Test func `where the tests passed is not what was approved, and an edit that says the same changes nothing`() throws {
    var story = try Story.withFirst(.draft)
    try story.obtain(1)
    try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed(), testEvidence: "build 12")), as: Story.bob)
    #expect(story[1].approvals[0].status == .approved && story[1].testEvidence == "build 12")
    try story.tell(.updateDraft(Story.v(1), Draft(Story.hashed(), testEvidence: "build 12")), as: Story.bob)
    #expect(story.records.isEmpty)
    try story.tell(.updateMetric(Story.facts), as: Story.bob)
    #expect(story.records.isEmpty)
  }

  @Test func `a decision is about the content that was looked at`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    let verdict = Verdict(1, isApproved: true, checklist: .complete, subjectHash: Story.hashed("SUM(x)").hash)
    expectRefusal("CONTENT_CHANGED", .aborted) { try story.tell(.decide(Story.v(1), verdict)) }
  }

  @Test func `a new request takes the old one's place`() throws {
    var story = try Story.withFirst(.draft)
    try story.ask(1)
    let second = try story.ask(1)
    #expect(second == 2)
    #expect(story[1].approvals.map(\.status) == [.void, .pending])
  }

  @Test func `the comparison's advice is shown and decides nothing`() throws {
    var story = try Story.withFirst(.active)
    try story.draft(Story.hashed("SUM(revenue) / COUNT(orders)"))
    try story.ask(2)
    #expect(story[2].approvals[0].isAgainstAdvice && story[2].approvals[0].advice.contains("breaking"))
    try story.answer(2, 1)
    try story.tell(.activate(Story.v(2), makeCurrent: false))
    #expect(!story[2].isBreaking)
  }

  @Test func `a correction keeps the formula, was approved, and is told with before and after`() throws {
    var story = try Story.withFirst(.active)
    expectRefusal("FORMULA_CHANGED", .precondition) { try story.ask(1, .correction, correction: Story.hashed("SUM(revenue)")) }
    expectRefusal("CORRECTION_EMPTY", .invalid) { try story.ask(1, .correction, correction: Story.hashed()) }
    expectRefusal("CORRECTION_MISSING", .invalid) { try story.ask(1, .correction) }
    var edge = Story.hashed(model: "fixed").content
    edge.edgeCases.onZeroDenominator = .null
    expectRefusal("EDGE_CASE_CHANGED") { try story.ask(1, .correction, correction: HashedContent(edge, digest: { $0 })) }
    expectRefusal("CORRECTION_BREAKING", .invalid) {
      try story.ask(1, .correction, isBreaking: true, correction: Story.hashed(model: "fixed"))
    }
    let fixed = Story.hashed("sum(revenue)/sum(spend)", model: "fixed")
    let approval = try story.ask(1, .correction, correction: fixed)
    expectRefusal("APPROVAL_MISSING") { try story.tell(.correctDefinition(Story.v(1), approval: approval), as: Story.bob) }
    try story.answer(1, approval)
    try story.tell(.correctDefinition(Story.v(1), approval: approval), as: Story.bob)
    #expect(story[1].content == fixed.content && story[1].contentHash == fixed.hash && story[1].correction == 1)
    let record = try #require(story.records.first)
    #expect(record.event == .definitionCorrected && record.before.contains("\"dbt_model\":\"roas\""))
    #expect(record.after.contains("\"dbt_model\":\"fixed\""))
    expectRefusal("APPROVAL_MISSING") { try story.tell(.correctDefinition(Story.v(1), approval: approval), as: Story.bob) }
  }
}
