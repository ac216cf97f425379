import MILP
import Testing

struct `Solving a model` {
  @Test func `finds what trying everything finds`() async throws {
    // One test rather than one per seed, and solving on the solver's own thread: the tests that measure time need the pool's threads.
    for seed in UInt64(1)...400 { try await findsTheBest(seed: seed) }
  }

  private func findsTheBest(seed: UInt64) async throws {
    let model = RandomModels.binaryProgram(seed: seed)
    let expected = RandomModels.bestObjective(of: model)
    let solution = try await Solver.solve(model)
    guard let expected else {
      #expect(solution.termination == .infeasible, "seed \(seed)")
      #expect(solution.incumbent == nil)
      return
    }
    #expect(solution.termination == .optimal, "seed \(seed)")
    let incumbent = try #require(solution.incumbent, "seed \(seed)")
    #expect(incumbent.objective == expected, "seed \(seed)")
    #expect(RandomModels.isFeasible(incumbent.values, in: model), "seed \(seed)")
    #expect(solution.relativeGap.map { $0 < 1e-9 } == true)
  }

  @Test func `takes the same path twice`() throws {
    let model = RandomModels.marketSplit(rows: 2, columns: 18, seed: 7)
    let first = try Solver.solveBlocking(model)
    let second = try Solver.solveBlocking(model)
    #expect(first.termination == .optimal)
    #expect(first.effort.nodes > 10)
    #expect(first.effort.nodes == second.effort.nodes)
    #expect(first.effort.simplexIterations == second.effort.simplexIterations)
    #expect(first.incumbent == second.incumbent)
  }

  @Test func `rounds the bounds of integer columns inwards`() throws {
    var model = Model(sense: .maximize)
    _ = model.add(.init("a", kind: .integer, lower: 0.2, upper: 3.9, objective: 1))
    _ = model.add(.init("b", kind: .integer, lower: 1.5, upper: 2.5, objective: -1))
    #expect(try Solver.solveBlocking(model).incumbent?.values == [3, 2])
    model.columns[0].lower = 0.2
    model.columns[0].upper = 0.8
    #expect(try Solver.solveBlocking(model).termination == .infeasible)
  }

  @Test func `answers a model without integer columns`() throws {
    var model = Model(sense: .maximize, objectiveConstant: 100)
    let x = model.add(.init("x", kind: .continuous, lower: 0, upper: .infinity, objective: 3))
    let y = model.add(.init("y", kind: .continuous, lower: 0, upper: .infinity, objective: 2))
    model.add(.init("sum", upper: 4, terms: [.init(x, 1), .init(y, 1)]))
    model.add(.init("x only", upper: 2.5, terms: [.init(x, 1)]))
    let solution = try Solver.solveBlocking(model)
    #expect(solution.termination == .optimal)
    #expect(solution.incumbent?.objective == 110.5)
  }

  @Test func `answers a model without rows, and one without anything`() throws {
    let free = Model(columns: [.binary("x", objective: 2), .binary("y", objective: -2)])
    #expect(try Solver.solveBlocking(free).incumbent?.values == [1, 0])
    #expect(try Solver.solveBlocking(Model()).incumbent?.objective == 0)
  }

  @Test func `says unbounded`() throws {
    let model = Model(columns: [.init("x", kind: .continuous, lower: 0, upper: .infinity, objective: 1)])
    let solution = try Solver.solveBlocking(model)
    #expect(solution.termination == .unbounded)
    #expect(solution.incumbent == nil)
  }

  @Test func `tells the relaxation's reduced costs`() throws {
    var model = Model(columns: [.binary("good", objective: 5), .binary("bad", objective: -3)])
    model.add(.init("room", upper: 3, terms: [.init(0, 1), .init(1, 1)]))
    let relaxation = try #require(try Solver.solveBlocking(model).relaxation)
    #expect(relaxation.objective == 5)
    #expect(relaxation.reducedCosts == [5, -3])
  }

  @Test func `names GLPK and its version`() {
    #expect(Solver.name.hasPrefix("GLPK "))
    #expect(Solver.name.last?.isNumber == true)
  }
}
