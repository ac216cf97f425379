import ConstraintCompilationDomain
import Messages
import Postgres
import RPC

/// What two revisions differ in, and whether all of them are what they say.
extension ConstraintCompilationHandler {
  /// Broken revisions that one answer tells.
  static let mostBroken = 1000

  func diffRevisions(_ request: DiffRevisionsRequest, context: CallContext) async throws -> DiffRevisionsResponse {
    if request.fromRevision.isEmpty || request.toRevision.isEmpty {
      try require(request.scenarioName, "scenario_name")
      try require(request.constraintSetName, "constraint_set_name")
    }
    return try await answering(context) {
      let new =
        request.toRevision.isEmpty
        ? try await newestRevision(request.scenarioName, request.constraintSetName, context)
        : try await revision(request.toRevision, context)
      let old =
        request.fromRevision.isEmpty
        ? try await store.revision(before: new, whereItStands: request.toRevision.isEmpty, deadline: context.deadline)
        : try await revision(request.fromRevision, context)
      let before = try old.map { try CompiledSet($0.compiled) } ?? CompiledSet()
      let diff = RevisionDiff(from: before, to: try CompiledSet(new.compiled))
      return DiffRevisionsResponse(
        from: old.map { RevisionName($0) }, to: RevisionName(new), changes: diff.changes.map { RevisionChange($0) })
    }
  }

  func verifyRevisions(_ request: VerifyRevisionsRequest, context: CallContext) async throws -> VerifyRevisionsResponse {
    try await answering(context) {
      var answer = VerifyRevisionsResponse()
      try await store.verifyRevisions(deadline: context.deadline) { faults in
        answer.revisions += 1
        answer.broken += faults.prefix(Self.mostBroken - answer.broken.count)
      }
      return answer
    }
  }

  /// Throws when there is no such revision.
  func revision(_ name: String, _ context: CallContext) async throws -> RevisionByName.Stored {
    guard let stored = try await store.revision(name, deadline: context.deadline) else {
      throw RPCError(.notFound, "There is no constraint set revision \"\(name)\".")
    }
    return stored
  }

  /// Throws, with the nearest names, when there is no such set.
  func newestRevision(_ scenarioName: String, _ setName: String, _ context: CallContext) async throws -> RevisionByName.Stored {
    let key = SetKey(scenarioName: scenarioName, setName: setName)
    if let stored = try await store.newestRevision(key, deadline: context.deadline) { return stored }
    let scenarios = try await store.scenarios(deadline: context.deadline)
    guard let scenario = scenarios.first(where: { NormalKey($0.scenario.name) == key.scenario }) else {
      throw Self.unknownScenario(scenarioName, among: scenarios.map(\.scenario.name))
    }
    throw Self.unknownSet(setName, of: scenario.scenario.name, among: scenario.setNames)
  }
}

extension RevisionName {
  init(_ stored: RevisionByName.Stored) {
    self.init(
      scenarioName: stored.scenarioName, constraintSetName: stored.setName, revision: stored.revision,
      createdAtUs: stored.createdAt.sinceEpoch, createdBy: stored.createdBy)
  }
}

extension RevisionChange {
  init(_ change: RevisionDiff.Change) {
    self.init(kind: RevisionChangeKind(change.kind), part: change.part.rawValue, sentence: change.sentence)
  }
}

extension RevisionChangeKind {
  init(_ kind: RevisionDiff.Kind) {
    switch kind {
    case .added: self = .added
    case .removed: self = .removed
    case .changed: self = .changed
    }
  }
}
