import ConstraintCompilationDomain
import Testing

/// The compiled problem against a naive reading of the rows, over rows that are made up.
@Suite struct NaiveReadingTests {
  /// What the compiler says of rules that no portfolio can keep.
  private static let impossible: Set<String> = [
    "floor_over_cap", "min_over_max_selected", "floors_over_capacity", "mandatory_excluded", "mandatory_pair",
    "mandatory_over_capacity", "mandatory_over_cap", "mandatory_over_max_selected", "floor_out_of_reach",
    "min_selected_out_of_reach", "target_out_of_reach",
  ]
  /// What takes a row out though portfolios could keep it: it says something twice or of itself, or what can never come to pass. A row that is
  /// refused for anything else is a good one, for the generator makes no others.
  private static let faultsOfRows: Set<String> = [
    "duplicate_rule", "names_itself", "bad_key", "prerequisite_cycle", "bundle_half_excluded", "exclusion_in_bundle",
    "prerequisite_excluded", "exclusion_along_prerequisites",
  ]
  private static let selectionsEach = 200

  @Test func `two thousand row sets mean what their rows say, to two hundred selections each`() {
    var (compared, refused, accepted, rejected) = (0, 0, 0, 0)
    var dropped: Set<String> = []
    // A set that no portfolio can keep has no problem to compare, and does not count.
    var seed: UInt64 = 0
    while compared < 2000, seed < 8000 {
      seed += 1
      var plan = RandomPlan(seed: seed)
      guard let problem = problem(&plan, seed: seed, &dropped) else {
        refused += 1
        continue
      }
      compared += 1
      let naive = NaiveReading(plan)
      let compiled = ProblemReading(problem, places: plan.places)
      for _ in 0..<Self.selectionsEach {
        let selection = plan.randomSelection()
        let isAccepted = naive.accepts(selection)
        if isAccepted { accepted += 1 } else { rejected += 1 }
        guard compiled.accepts(selection) != isAccepted else { continue }
        Issue.record("seed \(seed): the rows \(isAccepted ? "accept" : "reject") \(selection), the problem does not: \(plan)")
        return
      }
    }
    // Both answers, and both ends, are there often enough to tell something.
    #expect(
      compared == 2000 && refused > 200 && accepted > 5000 && rejected > 50_000, "\(compared) \(refused) \(accepted) \(rejected)")
    #expect(dropped == Self.faultsOfRows)
  }

  /// The problem; nil when the compiler says that none can be solved, which is then true of every selection there is.
  private func problem(_ plan: inout RandomPlan, seed: UInt64, _ dropped: inout Set<String>) -> AssembledProblem? {
    while true {
      let compilation = plan.compile()
      let errors = compilation.findings.filter { $0.severity == .error }
      if let compiled = compilation.compiled {
        let assembly = plan.assemble(compiled)
        if let problem = assembly.problem { return problem }
        expectNothingGoes(plan, seed, "\(assembly.errors.map(\.message))")
        return nil
      }
      guard let other = errors.first(where: { !Self.impossible.contains($0.code) }) else {
        expectNothingGoes(plan, seed, "\(errors.map(\.message))")
        return nil
      }
      guard Self.faultsOfRows.contains(other.code) else {
        Issue.record("seed \(seed): \(other.cell) is refused for \(other.code): \(other.message): \(plan)")
        return nil
      }
      dropped.insert(other.code)
      plan.drop(other.cell)
    }
  }

  private func expectNothingGoes(_ plan: RandomPlan, _ seed: UInt64, _ reasons: String) {
    let naive = NaiveReading(plan)
    let good = plan.everySelection().first { naive.accepts($0) }
    #expect(good == nil, "seed \(seed): refused for \(reasons), but this goes: \(good ?? Selection()) of \(plan)")
  }
}
