import Messages
import Testing

@testable import lodestar

@Suite struct ImportPlanViewTests {
  private let console = Console.plain()

  private func lines(_ plan: ImportPlan) -> [String] { ImportPlanView(plan: plan, file: "r.yaml").lines(console) }

  @Test func `a plan is a table of its steps, in their order`() {
    let plan = ImportPlan(
      registryRevision: 7,
      steps: [
        ImportStep(action: "create_version", metricKey: "roas", version: "v2", description: "create roas v2 as a draft"),
        ImportStep(action: "request_approval", metricKey: "roas", version: "v2", description: "ask the governance board"),
      ])
    #expect(
      lines(plan) == [
        "Importing r.yaml would take 2 steps from revision 7 on:", "",
        "  Step  Metric  Version  Action            What",
        "     1  roas    v2       create_version    create roas v2 as a draft",
        "     2  roas    v2       request_approval  ask the governance board", "",
        "Nothing was changed. `lodestar metrics import r.yaml --reason …` does it.",
      ])
    var applied = plan
    applied.applied = true
    applied.registryRevision = 8
    #expect(lines(applied).first == "Imported r.yaml: 2 steps, registry revision 8.")
    #expect(lines(applied).count == 5)
  }

  @Test func `problems are told where an editor finds them`() {
    let plan = ImportPlan(
      problems: [
        ImportProblem(
          path: "metrics.roas.versions.v1.approval", line: 12, column: 9, message: "it is missing", code: "missing_field"),
        ImportProblem(message: "and 3 more problems", code: "more"),
      ])
    #expect(
      lines(plan) == [
        "Not imported: r.yaml has 2 problems, and nothing was changed.", "",
        "  r.yaml:12:9  metrics.roas.versions.v1.approval  missing_field", "    it is missing", "  more",
        "    and 3 more problems",
      ])
  }

  @Test func `a file that says what the registry has changes nothing`() {
    #expect(
      lines(ImportPlan(registryRevision: 3)) == ["r.yaml says what the registry has: there is nothing to change (revision 3)."])
  }
}
