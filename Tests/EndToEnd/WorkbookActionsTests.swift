import Foundation
import TestSupport
import Testing

/// Previews, refreshes and cancellations on the running system, as another program's client asks for them.
@Suite(.runningSystem, .serialized, .timeLimit(.minutes(5))) struct WorkbookActionsTests {
  private func run(_ what: String, in books: URL) throws -> Outcome {
    let system = try RunningSystem.current
    return try Program.python(
      script: "workbook_actions.py",
      [
        what, Program.repository.appendingPathComponent("Protos").path, system.state.appendingPathComponent("tls").path,
        try system.address(of: "sync"), try system.address(of: "optimizer"), books.path,
      ])
  }

  @Test func `a preview says what the save right after it does, for every tab, and changes nothing`() throws {
    let outcome = try run("preview", in: RunningSystem.current.exampleWorkbooks())
    #expect(outcome.status == 0, "\(outcome.transcript)")
  }

  @Test func `a refresh brings Lodestar's cells back and leaves people's alone`() throws {
    let outcome = try run("refresh", in: RunningSystem.current.savedWorkbooks())
    #expect(outcome.status == 0, "\(outcome.transcript)")
  }

  @Test func `a run that is cancelled ends with the best portfolio found, and the workbook says so`() throws {
    let outcome = try run("cancel", in: RunningSystem.current.savedWorkbooks())
    #expect(outcome.status == 0, "\(outcome.transcript)")
  }
}
