import PortfolioOptimizationDomain

/// Which candidates share a column: the members of bundles are in or out together, so one unknown stands for all of them.
struct ColumnGroups {
  /// The column of each candidate. Columns are numbered by their first candidate in the order of keys.
  private(set) var columnOfCandidate: [Int] = []
  /// The candidates of each column, in the order of keys.
  private(set) var candidates: [[Int]] = []
  private(set) var lower: [Double] = []
  private(set) var upper: [Double] = []
  /// A rule asks for something that is not there, or for in and out at once.
  private(set) var isContradictory = false

  /// - Parameter includes: whether a rule counts; those left out are as if they were not in the problem.
  init(_ problem: Problem, indexOfCandidate: [String: Int], includes: (Problem.Rule) -> Bool) {
    var parents = Array(problem.candidates.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index { index = parents[index] }
      return index
    }
    var impossible: [Int] = []
    for (index, bundle) in problem.bundles.enumerated() where includes(.bundle(index)) {
      let members = bundle.members.compactMap { indexOfCandidate[$0] }
      // All or none: without one of them it is none.
      if members.count < bundle.members.count { impossible += members }
      for (first, next) in zip(members, members.dropFirst()) {
        let (left, right) = (root(first), root(next))
        parents[max(left, right)] = min(left, right)
      }
    }
    var columnOfRoot: [Int: Int] = [:]
    for index in problem.candidates.indices {
      let root = root(index)
      let column = columnOfRoot[root] ?? candidates.count
      if column == candidates.count {
        columnOfRoot[root] = column
        candidates.append([])
      }
      candidates[column].append(index)
      columnOfCandidate.append(column)
    }
    lower = Array(repeating: 0, count: candidates.count)
    upper = Array(repeating: 1, count: candidates.count)
    for index in impossible { upper[columnOfCandidate[index]] = 0 }
    for (index, decree) in problem.excluded.enumerated() where includes(.excluded(index)) {
      if let candidate = indexOfCandidate[decree.key] { upper[columnOfCandidate[candidate]] = 0 }
    }
    for (index, decree) in problem.mandatory.enumerated() where includes(.mandatory(index)) {
      guard let candidate = indexOfCandidate[decree.key] else {
        isContradictory = true
        continue
      }
      lower[columnOfCandidate[candidate]] = 1
    }
  }

  mutating func forbid(_ column: Int) { upper[column] = 0 }

  /// Whether some column has to be in and out at once.
  var hasCrossedBounds: Bool { zip(lower, upper).contains { $0 > $1 } }
}
