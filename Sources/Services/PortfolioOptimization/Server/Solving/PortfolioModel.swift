import MILP
import PortfolioOptimizationDomain

/// A problem as rows and columns: a column per candidate (or per bundle) that is 0 or 1, one per smaller form, one per synergy that the
/// objective feels, a row per rule, and the stages of the objective.
struct PortfolioModel {
  let problem: Problem
  private(set) var groups: ColumnGroups
  let forms: FormColumns
  private(set) var model = Model(sense: .maximize)
  private(set) var stages: [Stage] = []
  /// No selection can keep the rules, and no solver is needed to know it.
  private(set) var isContradictory = false

  private let indexOfCandidate: [String: Int]
  /// Synergies over more than one column, by the column that is 1 when all of its members are.
  private var synergyColumns: [(synergy: Problem.Synergy, column: Int)] = []
  /// Synergies whose members share a column.
  private var groupedSynergies: [(synergy: Problem.Synergy, column: Int)] = []

  /// - Parameters:
  ///   - problem: in canonical order and without faults.
  ///   - includes: whether a rule counts.
  init(_ problem: Problem, includes: (Problem.Rule) -> Bool = { _ in true }) {
    self.problem = problem
    indexOfCandidate = Dictionary(problem.candidates.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    groups = ColumnGroups(problem, indexOfCandidate: indexOfCandidate, includes: includes)
    forms = FormColumns(problem, behind: groups)
    var rows: [Model.Row] = []
    addTokenAndCountRows(to: &rows, includes: includes)
    addLogicRows(to: &rows, includes: includes)
    for (index, target) in problem.targets.enumerated() where target.kind != .goal && includes(.target(index)) {
      addRow(for: target, name: problem.sentence(for: .target(index)), to: &rows)
    }
    for (column, members) in groups.candidates.enumerated() {
      var unknown = Model.Column.binary(problem.candidates[members[0]].key)
      unknown.lower = groups.lower[column]
      unknown.upper = groups.upper[column]
      _ = model.add(unknown)
    }
    for (candidate, owner) in zip(forms.candidates, forms.owners) {
      var unknown = Model.Column.binary("mvp of \(problem.candidates[candidate].key)")
      unknown.upper = groups.upper[owner]
      _ = model.add(unknown)
    }
    rows += forms.links(problem)
    addSynergies(to: &rows)
    isContradictory = isContradictory || groups.isContradictory || groups.hasCrossedBounds
    model.rows = rows
    stages = makeStages()
  }

  /// The selection that a solution stands for: the form of each candidate, nil for what is out.
  func selection(at values: [Double]) -> [Problem.Form?] {
    var selection = zip(problem.candidates, groups.columnOfCandidate).map { values[$1] > 0.5 ? $0.form : nil }
    for (candidate, column) in zip(forms.candidates, forms.columns) where selection[candidate] != nil && values[column] > 0.5 {
      selection[candidate] = .smaller
    }
    return selection
  }

  /// The column values of a selection, those of the candidates and their forms only.
  func columnValues(of selection: [Problem.Form?]) -> [Double] {
    groups.candidates.map { selection[$0[0]] == nil ? 0 : 1 } + forms.candidates.map { selection[$0] == .smaller ? 1 : 0 }
  }

  var groupCount: Int { groups.candidates.count }
  /// The columns that say which portfolio it is; synergies follow from them.
  var decisionCount: Int { groupCount + forms.columns.count }

  /// The tokens of each decision.
  var tokensOfColumn: [Double] { sums(.everything) { $0.tokens(in: $1) }.map { Double($0) } }

  /// What each decision adds to a sum over the candidates of a member: a smaller form the difference that it makes.
  private func sums<Number: SignedInteger>(
    _ member: Problem.Member, _ value: (Problem.Candidate, Problem.Form) -> Number
  ) -> [Number] {
    groups.candidates.map { members in
      members.reduce(Number(0)) { sum, index in
        let candidate = problem.candidates[index]
        return member.contains(candidate) ? sum + value(candidate, candidate.form) : sum
      }
    }
      + forms.candidates.map { index in
        let candidate = problem.candidates[index]
        return member.contains(candidate) ? value(candidate, .smaller) - value(candidate, candidate.form) : 0
      }
  }

  private func terms(_ member: Problem.Member, _ value: (Problem.Candidate, Problem.Form) -> Int64) -> [Model.Term] {
    sums(member, value).enumerated().compactMap { $1 == 0 ? nil : Model.Term($0, Double($1)) }
  }

  private mutating func add(_ row: Model.Row, to rows: inout [Model.Row]) {
    guard row.terms.isEmpty else {
      rows.append(row)
      return
    }
    // The slack of a row is below one unit of what it measures.
    if row.lower > 0 || row.upper < 0 { isContradictory = true }
  }

  private mutating func addTokenAndCountRows(to rows: inout [Model.Row], includes: (Problem.Rule) -> Bool) {
    if includes(.capacity) {
      let terms = terms(.everything) { $0.tokens(in: $1) }
      add(Model.Row("capacity", upper: Double(problem.capacityTokens), terms: terms), to: &rows)
    }
    for (index, bound) in problem.tokenBounds.enumerated() where includes(.tokenBound(index)) {
      let terms = terms(bound.member) { $0.tokens(in: $1) }
      add(bound.row(name: problem.sentence(for: .tokenBound(index)), terms: terms), to: &rows)
    }
    for (index, bound) in problem.countBounds.enumerated() where includes(.countBound(index)) {
      add(bound.row(name: problem.sentence(for: .countBound(index)), terms: terms(bound.member) { _, _ in 1 }), to: &rows)
    }
  }

  private mutating func addLogicRows(to rows: inout [Model.Row], includes: (Problem.Rule) -> Bool) {
    for (index, pair) in problem.excludedPairs.enumerated() where includes(.excludedPair(index)) {
      guard let first = indexOfCandidate[pair.first], let second = indexOfCandidate[pair.second] else { continue }
      let (left, right) = (groups.columnOfCandidate[first], groups.columnOfCandidate[second])
      if left == right {
        groups.forbid(left)
      } else {
        let terms: [Model.Term] = [.init(left, 1), .init(right, 1)]
        add(Model.Row(problem.sentence(for: .excludedPair(index)), upper: 1, terms: terms), to: &rows)
      }
    }
    for (index, rule) in problem.prerequisites.enumerated() where includes(.prerequisite(index)) {
      guard let dependent = indexOfCandidate[rule.key].map({ groups.columnOfCandidate[$0] }) else { continue }
      var required: Set<Int> = []
      for key in rule.requires {
        guard let candidate = indexOfCandidate[key] else {
          groups.forbid(dependent)
          continue
        }
        let column = groups.columnOfCandidate[candidate]
        guard column != dependent, required.insert(column).inserted else { continue }
        let terms: [Model.Term] = [.init(dependent, 1), .init(column, -1)]
        add(Model.Row(problem.sentence(for: .prerequisite(index)), upper: 0, terms: terms), to: &rows)
      }
    }
  }

  private mutating func addRow(for target: Problem.Target, name: String, to rows: inout [Model.Row]) {
    let units = unitsOfColumn(target.kpiKey, member: target.member)
    let needed = (Amount(target.value) ?? .zero) - (Amount(target.baseline) ?? .zero)
    let stage = Stage(units: units, isTurned: false)
    // A sum of whole units that has to reach 7.3 of them has to reach 8.
    let row =
      target.kind == .floor
      ? Model.Row(name, lower: stage.modelValue(of: needed) - stage.slack, terms: stage.nonzeroTerms)
      : Model.Row(name, upper: stage.slack - stage.modelValue(of: -needed), terms: stage.nonzeroTerms)
    add(row, to: &rows)
  }

  private func unitsOfColumn(_ kpiKey: String, member: Problem.Member) -> [Int128] {
    sums(member) { candidate, form in
      candidate.contributions(in: form).filter { $0.kpiKey == kpiKey }.reduce(Int128(0)) { $0 + (Amount($1.value) ?? .zero).units }
    }
  }
}

extension PortfolioModel {
  /// A column and its rows for each synergy that the objective feels. Only the side that the objective pushes against needs rows: a
  /// gain cannot come without all its members, a loss cannot be avoided with all of them.
  private mutating func addSynergies(to rows: inout [Model.Row]) {
    for synergy in problem.synergies where problem.objective.terms.contains(where: { $0.kpiKey == synergy.kpiKey }) {
      let members = synergy.members.map { indexOfCandidate[$0] }
      guard synergy.bonus != 0, members.allSatisfy({ $0 != nil }) else { continue }
      let columns = Set(members.compactMap { $0.map { groups.columnOfCandidate[$0] } }).sorted()
      guard columns.count > 1 else {
        groupedSynergies.append((synergy, columns[0]))
        continue
      }
      let name = "synergy \(synergy.members.joined(separator: "+"))"
      let column = model.add(.binary(name))
      synergyColumns.append((synergy, column))
      if (synergy.bonus > 0) != problem.isLowerBetter(synergy.kpiKey) {
        for member in columns { rows.append(Model.Row(name, upper: 0, terms: [.init(column, 1), .init(member, -1)])) }
      } else {
        let terms = columns.map { Model.Term($0, 1) } + [.init(column, -1)]
        rows.append(Model.Row(name, upper: Double(columns.count - 1), terms: terms))
      }
    }
  }

  private func makeStages() -> [Stage] {
    let units = problem.objective.terms.map { term -> [Int128] in
      var units = unitsOfColumn(term.kpiKey, member: .everything) + Array(repeating: 0, count: model.columns.count - decisionCount)
      for (synergy, column) in synergyColumns + groupedSynergies where synergy.kpiKey == term.kpiKey {
        units[column] += (Amount(synergy.bonus) ?? .zero).units
      }
      return problem.isLowerBetter(term.kpiKey) ? units.map { -$0 } : units
    }
    guard problem.objective.mode == .weightedKPIs else {
      return zip(problem.objective.terms, units).map { Stage(units: $1, isTurned: problem.isLowerBetter($0.kpiKey)) }
    }
    var gains = [WideReal](repeating: .zero, count: model.columns.count)
    for (term, units) in zip(problem.objective.terms, units) {
      let rate = WideReal(onPaper: term.weight) / WideReal(onPaper: term.normalizer)
      for (column, unit) in units.enumerated() where unit != 0 {
        gains[column] = gains[column] + rate * WideReal(Amount(units: unit))
      }
    }
    return [Stage(gains: gains)]
  }
}

extension Problem.Bound {
  fileprivate func row(name: String, terms: [Model.Term]) -> Model.Row {
    switch kind {
    case .atLeast: Model.Row(name, lower: Double(limit), terms: terms)
    case .atMost: Model.Row(name, upper: Double(limit), terms: terms)
    }
  }
}
