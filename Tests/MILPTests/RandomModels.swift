import MILP
import SeededNumbers

/// Small binary programs with every kind of row, and the answer by trying everything.
enum RandomModels {
  static func binaryProgram(seed: UInt64) -> Model {
    var random = SeededGenerator(seed: seed)
    var model = Model(sense: Bool.random(using: &random) ? .maximize : .minimize)
    let count = Int.random(in: 3...11, using: &random)
    for index in 0..<count {
      _ = model.add(.binary("x\(index)", objective: Double(Int.random(in: -20...60, using: &random))))
    }
    for row in 0..<Int.random(in: 1...7, using: &random) {
      let terms = (0..<count).compactMap { column -> Model.Term? in
        let coefficient = Int.random(in: -6...18, using: &random)
        return coefficient == 0 || Int.random(in: 0..<3, using: &random) == 0 ? nil : Model.Term(column, Double(coefficient))
      }
      let total = terms.map(\.coefficient).reduce(0, +)
      let bound = (total * Double.random(in: 0.1...0.9, using: &random)).rounded()
      switch Int.random(in: 0..<5, using: &random) {
      case 0: model.add(.init("row\(row)", lower: bound, upper: bound + 5, terms: terms))
      case 1: model.add(.init("row\(row)", lower: bound, terms: terms))
      case 2: model.add(.init("row\(row)", lower: 1, upper: 1, terms: terms.prefix(3).map { .init($0.column, 1) }))
      default: model.add(.init("row\(row)", upper: bound, terms: terms))
      }
    }
    return model
  }

  /// The best objective over all 0-1 points that satisfy the rows exactly; nil when there is none.
  static func bestObjective(of model: Model) -> Double? {
    var best: Double?
    for bits in 0..<(1 << model.columns.count) {
      let values = model.columns.indices.map { Double((bits >> $0) & 1) }
      guard isFeasible(values, in: model) else { continue }
      let objective = zip(model.columns, values).map { $0.objective * $1 }.reduce(model.objectiveConstant, +)
      guard let known = best else {
        best = objective
        continue
      }
      best = model.sense == .maximize ? max(known, objective) : min(known, objective)
    }
    return best
  }

  static func isFeasible(_ values: [Double], in model: Model) -> Bool {
    model.rows.allSatisfy { row in
      let activity = row.terms.map { $0.coefficient * values[$0.column] }.reduce(0, +)
      return row.lower <= activity && activity <= row.upper
    }
  }

  /// A market-split program: tiny, and out of reach of branch and bound for minutes.
  static func marketSplit(rows: Int, columns: Int, seed: UInt64) -> Model {
    var random = SeededGenerator(seed: seed)
    var model = Model(sense: .minimize)
    let binaries = (0..<columns).map { model.add(.binary("x\($0)")) }
    for row in 0..<rows {
      let weights = binaries.map { _ in Double(Int.random(in: 0..<100, using: &random)) }
      let over = model.add(.init("over\(row)", kind: .continuous, lower: 0, upper: .infinity, objective: 1))
      let under = model.add(.init("under\(row)", kind: .continuous, lower: 0, upper: .infinity, objective: 1))
      let half = (weights.reduce(0, +) / 2).rounded(.down)
      let terms = zip(binaries, weights).map { Model.Term($0, $1) } + [.init(over, -1), .init(under, 1)]
      model.add(.init("split\(row)", lower: half, upper: half, terms: terms))
    }
    return model
  }

  /// A transport-like linear program whose first relaxation takes many seconds of simplex.
  static func largeRelaxation(size: Int, seed: UInt64) -> Model {
    var random = SeededGenerator(seed: seed)
    var model = Model(sense: .maximize)
    for index in 0..<size {
      _ = model.add(
        .init(
          "x\(index)", kind: index == 0 ? .integer : .continuous, lower: 0, upper: 10,
          objective: .random(in: 1...9, using: &random)))
    }
    for row in 0..<size {
      var terms: [Model.Term] = []
      for column in 0..<size where Int.random(in: 0..<8, using: &random) == 0 {
        terms.append(.init(column, .random(in: 0.5...9, using: &random)))
      }
      model.add(.init("row\(row)", upper: .random(in: 500...900, using: &random), terms: terms))
    }
    return model
  }
}
