import Testing

@testable import MILP

struct `A model that means nothing` {
  private func program() -> Model {
    var model = Model(columns: [.binary("first", objective: 1), .binary("second", objective: 1)])
    model.add(.init("room", upper: 1, terms: [.init(0, 1), .init(1, 1)]))
    return model
  }

  private func expectRefusal(_ expected: ModelError, _ change: (inout Model) -> Void) {
    var model = program()
    change(&model)
    #expect(throws: expected) { try Solver.solveBlocking(model) }
  }

  @Test func `the unchanged program is accepted`() throws {
    #expect(try Solver.solveBlocking(program()).incumbent?.objective == 1)
  }

  @Test func `is refused with the row and the column by name`() {
    expectRefusal(.duplicateEntry(row: 0, name: "room", column: 1, columnName: "second")) { $0.rows[0].terms.append(.init(1, 2)) }
    expectRefusal(.noSuchColumn(row: 0, name: "room", column: 2, columnCount: 2)) { $0.rows[0].terms[0].column = 2 }
    expectRefusal(.noSuchColumn(row: 0, name: "room", column: -1, columnCount: 2)) { $0.rows[0].terms[0].column = -1 }
    expectRefusal(.columnBoundsCross(column: 1, name: "second", lower: 2, upper: 1)) { $0.columns[1].lower = 2 }
    expectRefusal(.rowBoundsCross(row: 0, name: "room", lower: 3, upper: 1)) { $0.rows[0].lower = 3 }
    expectRefusal(.columnBoundIsNotANumber(column: 0, name: "first")) { $0.columns[0].upper = .nan }
    expectRefusal(.columnBoundIsNotANumber(column: 0, name: "first")) { $0.columns[0].lower = .infinity }
    expectRefusal(.rowBoundIsNotANumber(row: 0, name: "room")) { $0.rows[0].upper = -.infinity }
    expectRefusal(.objectiveIsNotFinite(column: 0, name: "first", value: .infinity)) { $0.columns[0].objective = .infinity }
    expectRefusal(.objectiveConstantIsNotFinite(-.infinity)) { $0.objectiveConstant = -.infinity }
    expectRefusal(
      .coefficientIsNotFinite(row: 0, name: "room", column: 0, columnName: "first", value: -.infinity)
    ) { $0.rows[0].terms[0].coefficient = -.infinity }
  }

  @Test func `is refused when it is too large`() {
    let columns = [Model.Column](repeating: .binary("x"), count: Model.columnLimit + 1)
    #expect(throws: ModelError.tooManyColumns(count: Model.columnLimit + 1, limit: Model.columnLimit)) {
      try Solver.solveBlocking(Model(columns: columns))
    }
  }

  @Test func `says so in a sentence`() {
    let error = ModelError.duplicateEntry(row: 0, name: "room", column: 1, columnName: "second")
    #expect(error.description == "row 0 (room) names column 1 (second) twice")
  }

  @Test(arguments: [
    Model.Row("twice", upper: 1, terms: [.init(0, 1), .init(0, 1)]),
    Model.Row("out of range", upper: 1, terms: [.init(7, 1)]),
    Model.Row("negative", upper: 1, terms: [.init(-3, 1)]),
    Model.Row("too long", upper: 1, terms: [.init(0, 1), .init(1, 1), .init(0, 1), .init(1, 1)]),
  ])
  func `that reached GLPK would be an error value with GLPK's words, and the thread can go on`(row: Model.Row) {
    var model = program()
    model.add(row)
    let solution = Solver.solveUnchecked(model, options: SolverOptions(), cancellation: Cancellation()) { _ in }
    guard case .failed(let failure) = solution.termination else {
      Issue.record("ended as \(solution.termination)")
      return
    }
    #expect(!failure.message.isEmpty)
    #expect(solution.incumbent == nil)
    let next = Solver.solveUnchecked(program(), options: SolverOptions(), cancellation: Cancellation()) { _ in }
    #expect(next.termination == .optimal)
    #expect(next.incumbent?.objective == 1)
  }

  @Test func `and a wrong option are answered the same way`() {
    var options = SolverOptions()
    options.objectiveTolerance = -1
    let solution = Solver.solveUnchecked(program(), options: options, cancellation: Cancellation()) { _ in }
    guard case .failed(let failure) = solution.termination else {
      Issue.record("ended as \(solution.termination)")
      return
    }
    #expect(failure.message.contains("tol_obj"))
  }

  @Test func `on many threads at once fails each on its own`() async throws {
    let good = program()
    var bad = program()
    bad.add(.init("twice", upper: 1, terms: [.init(0, 1), .init(0, 1)]))
    let refused = bad
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<40 {
        group.addTask {
          let model = index.isMultiple(of: 2) ? good : refused
          let solve = ThreadedSolve(model: model, options: SolverOptions(), cancellation: Cancellation(), progress: nil)
          let solution = await solve.run()
          if case .failed = solution.termination { return !index.isMultiple(of: 2) }
          return index.isMultiple(of: 2) && solution.incumbent?.objective == 1
        }
      }
      for await isAsExpected in group { #expect(isAsExpected) }
    }
  }
}
