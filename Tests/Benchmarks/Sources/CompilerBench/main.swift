// Validates and compiles rows of Constraints against candidates, and assembles the problem of one of the sets: once, in a process of its
// own, so that its memory is what that takes.
//
// usage: compiler-bench ROWS CANDIDATES SETS
// Prints one line of JSON: seconds of each part, and the process's peak resident bytes.
import ConstraintCompilationDomain
import Glibc

func peakBytes() -> Int {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

func timed<Result>(_ body: () -> Result) -> (seconds: Double, result: Result) {
  let clock = ContinuousClock()
  let begin = clock.now
  let result = body()
  return ((clock.now - begin) / .seconds(1), result)
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }), numbers[1] >= 40 else {
  print("usage: compiler-bench ROWS CANDIDATES SETS")
  exit(2)
}
let workload = Workload(candidates: numbers[1], rows: numbers[0], sets: numbers[2])
let (rows, initiatives) = (workload.typedRows, workload.initiatives)
let (indexing, index) = timed { InitiativeIndex(initiatives) }
let (compiling, save) = timed {
  SetSave(
    rows, of: .constraints, unreadable: [], isWholeTab: true, stored: [], scenarios: [Workload.scenario], initiatives: index,
    kpis: Workload.kpis)
}
let (naming, names) = timed {
  save.outcomes.reduce(0) { sum, outcome in
    guard case .compiled(let compiled) = outcome.fate else { return sum }
    return sum + compiled.canonicalBytes(scenarioName: outcome.scenarioName, setName: outcome.name).count
  }
}
guard let first = save.outcomes.first, case .compiled(let compiled) = first.fate, save.tally.failures == 0 else {
  let errors = save.findings.filter { $0.severity == .error }.prefix(5).map { "\($0.cell): \($0.message)" }
  print("The rows do not compile: \(errors.joined(separator: "; "))")
  exit(1)
}
let (assembling, assembly) = timed {
  ProblemAssembly(
    scenario: Workload.scenario, setName: first.name, compiled: compiled,
    sources: RuleSources(constraints: first.rows.constraints, targets: first.rows.targets), initiatives: index, kpis: Workload.kpis,
    selected: nil)
}
guard assembly.problem?.candidates.count == workload.candidates else {
  print("The problem does not come about: \(assembly.errors.prefix(5).map(\.message).joined(separator: "; "))")
  exit(1)
}
print(
  """
  {"rows": \(rows.count), "candidates": \(initiatives.count), "sets": \(save.outcomes.count), "canonical_bytes": \(names), \
  "indexing": \(indexing), "compiling": \(compiling), "naming": \(naming), "assembling": \(assembling), \
  "seconds": \(indexing + compiling + naming + assembling), "peak_bytes": \(peakBytes())}
  """)
