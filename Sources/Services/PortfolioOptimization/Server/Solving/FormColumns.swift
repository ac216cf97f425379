import MILP
import PortfolioOptimizationDomain

/// A column for each candidate that may be in as its smaller form: 1 when it is, 0 when it is whole or out.
///
/// The candidate's own column keeps its meaning, in or out, so that rules about initiatives need not know of forms; what the smaller form
/// takes and brings less than the whole stands here.
struct FormColumns {
  /// The candidate of each, in the order of keys.
  let candidates: [Int]
  /// The columns stand behind those of the groups.
  let columns: Range<Int>
  /// The group's column of each.
  let owners: [Int]

  init(_ problem: Problem, behind groups: ColumnGroups) {
    candidates = problem.candidates.indices.filter { problem.candidates[$0].smaller != nil }
    columns = groups.candidates.count..<groups.candidates.count + candidates.count
    owners = candidates.map { groups.columnOfCandidate[$0] }
  }

  /// No form of what is out.
  func links(_ problem: Problem) -> [Model.Row] {
    zip(candidates, zip(columns, owners)).map { candidate, pair in
      Model.Row("form of \(problem.candidates[candidate].key)", upper: 0, terms: [.init(pair.0, 1), .init(pair.1, -1)])
    }
  }
}
