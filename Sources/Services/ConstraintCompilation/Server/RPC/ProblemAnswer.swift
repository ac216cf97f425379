import ConstraintCompilationDomain
import Cryptography
import Messages
import RPC
import Wire

/// The answer to AssembleProblem.
enum ProblemAnswer {
  /// Contradictions that one refusal spells out: it travels in a header.
  static let mostErrors = 8
  static let longestError = 500
  static let mostWarnings = 1000

  static func assemble(
    _ request: AssembleProblemRequest, _ key: SetKey, _ materials: PlanningStore.Materials, _ kpis: KpiCatalogue
  ) throws -> AssembleProblemResponse {
    guard let scenario = materials.scenarios.first(where: { NormalKey($0.name) == key.scenario }) else {
      throw ConstraintCompilationHandler.unknownScenario(request.scenarioName, among: materials.scenarios.map(\.name))
    }
    guard let revision = materials.revision else {
      guard request.revision.isEmpty else {
        throw RPCError(.notFound, "There is no constraint set revision \"\(request.revision)\".")
      }
      throw ConstraintCompilationHandler.unknownSet(request.constraintSetName, of: scenario.name, among: materials.setNames)
    }
    guard revision.key == key else {
      throw RPCError(
        .invalidArgument,
        "revision \"\(request.revision)\" is one of set \"\(revision.setName)\" of \"\(revision.scenarioName)\", not of the set named."
      )
    }
    let assembly = ProblemAssembly(
      scenario: scenario, setName: revision.setName, compiled: try CompiledSet(revision.compiled),
      sources: RuleSources(constraints: materials.rows.constraints, targets: materials.rows.targets),
      initiatives: InitiativeIndex(materials.initiatives), kpis: kpis,
      selected: request.selectedOnly || !request.initiativeKeys.isEmpty ? request.initiativeKeys : nil)
    guard let assembled = assembly.problem else { throw refusal(assembly.errors) }
    let problem = PortfolioProblem(assembled, revision: revision.revision)
    return AssembleProblemResponse(
      problem: problem, problemHash: SHA256.hex(of: try problem.wireBytes()), warnings: warnings(assembly.warnings))
  }

  /// Every contradiction, or as many as a person can take in.
  private static func refusal(_ errors: [AssemblyNote]) -> RPCError {
    var told = errors.prefix(mostErrors).map {
      $0.message.count > longestError ? $0.message.prefix(longestError) + "…" : $0.message
    }
    if errors.count > mostErrors { told.append("and \(errors.count - mostErrors) more") }
    return RPCError(.failedPrecondition, told.joined(separator: "; "))
  }

  private static func warnings(_ notes: [AssemblyNote]) -> [AssemblyWarning] {
    var told = notes.prefix(mostWarnings).map { AssemblyWarning(source: CellSource($0.cell), message: $0.message) }
    if notes.count > mostWarnings { told.append(AssemblyWarning(message: "and \(notes.count - mostWarnings) more warnings")) }
    return told
  }
}
