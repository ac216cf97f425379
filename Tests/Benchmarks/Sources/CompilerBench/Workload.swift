import ConstraintCompilationDomain

/// A backlog and rows that compile: as many of each as one likes, always the same for the same numbers.
///
/// Each quarter of the candidates has a part of its own, so that no two rules contradict each other: prerequisites, exclusions, bundles,
/// and mandatory or excluded work with synergies.
struct Workload {
  static let scenario = PlannedScenario(
    name: "Speed", period: PeriodKey("2026-Q1")!, capacity: 100_000_000, objective: .northStar, weights: [], notes: "")
  static let kpis = KpiCatalogue(
    revision: 1,
    kpis: (0..<20).map {
      KpiDefinition(key: "KPI_\($0)", name: "KPI \($0)", standing: $0 == 0 ? .northStar : .strategic, unit: "orders")
    })

  let candidates: Int
  let rows: Int
  let sets: Int

  var initiatives: [PlannedInitiative] {
    (0..<candidates).map { number in
      PlannedInitiative(
        key: key(number),
        backlog: BacklogFields(
          title: "Initiative number \(number)", country: "Country \(number % 25)", department: "Department \(number % 12)",
          category: "Category \(number % 60)", programKey: "Program \(number / 10)"),
        backlogRow: number + 2, candidate: CandidateFields(tokens: 10 + number % 200), candidateRow: number + 2,
        contributions: (0..<3).map {
          KpiContribution(kpiKey: "KPI_\((number / 25 + $0 * 7) % 20)", value: Double(100 + number % 50))
        })
    }
  }

  var typedRows: [TypedSetRow] {
    (0..<rows).map { number in
      let set = number % sets
      return TypedSetRow(
        scenarioName: "Speed", setName: "Set \(set)", entry: .constraint(entry(number / sets, row: number + 2)))
    }
  }

  private var quarter: Int { candidates / 4 }
  private func key(_ number: Int) -> String {
    let digits = String(number)
    return "INIT-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// The rule with this number of a set.
  private func entry(_ number: Int, row: Int) -> ConstraintEntry {
    let turn = number / 10
    switch number % 10 {
    case 0 where turn < candidates / 10:
      return ConstraintEntry(row: row, type: "capacity_cap", dimension: "program", key: "Program \(turn)", maxTokens: 1_000_000)
    case 1 where turn < candidates / 20:
      return ConstraintEntry(row: row, type: "capacity_floor", dimension: "program", key: "Program \(turn)", minTokens: 1)
    case 2 where turn + 1 < quarter:
      return ConstraintEntry(
        row: row, type: "require_prereq", dimension: "initiative", key: "\(key(turn + 1))<-\(key(turn))")
    case 3 where turn * 3 + 2 < quarter:
      let first = 2 * quarter + turn * 3
      return ConstraintEntry(
        row: row, type: "bundle", dimension: "bundle", key: "BNDL-\(turn): \(key(first)), \(key(first + 1)), \(key(first + 2))",
        notes: "Together or not at all")
    case 4 where turn < 20 * 25:
      return ConstraintEntry(
        row: row, type: "target", dimension: "country", key: "Country \(turn % 25)", targetKpiKey: "KPI_\(turn / 25)",
        targetValue: 1)
    case 5 where turn < quarter / 4:
      return ConstraintEntry(row: row, type: "mandatory", dimension: "initiative", key: key(3 * quarter + turn), notes: "The law")
    case 6 where turn < quarter / 4:
      return ConstraintEntry(row: row, type: "exclude", dimension: "initiative", key: key(3 * quarter + quarter / 4 + turn))
    case 7 where turn < quarter / 2 - 1:
      let first = 3 * quarter + quarter / 2 + turn
      return ConstraintEntry(
        row: row, type: "synergy_bonus", dimension: "initiative", key: "\(key(first))+\(key(first + 1))", targetKpiKey: "KPI_1",
        targetValue: 5)
    default:
      // Each number is a pair of its own: the distance grows when the quarter is used up.
      let (start, distance) = (number % quarter, 1 + number / quarter)
      return ConstraintEntry(
        row: row, type: "exclude_pair", dimension: "initiative",
        key: "\(key(quarter + start))<>\(key(quarter + (start + distance) % quarter))")
    }
  }
}
