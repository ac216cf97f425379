import Cryptography
import Ledger
import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Runtime

/// Serves lodestar.metrics.v1.AuditTrail: what happened, and whether the trail still says so.
struct AuditTrailHandler: AuditTrailService {
  static let pageLimit = 1000
  static let defaultPage = 100
  /// What one answer, or one message of an export, has at most, about, unless a single event has more.
  static let answerBytes = 768 << 10
  /// How many events an export reads at a time.
  static let exportBatch = 512
  static let checkpointLimit = 10_000

  let database: Database

  func listAuditEvents(_ request: ListAuditEventsRequest, context: CallContext) async throws -> ListAuditEventsResponse {
    let filter = try AuditEventFilter(request)
    let size = try ReadField.pageSize(request.pageSize, usual: Self.defaultPage, most: Self.pageLimit)
    let before = try ReadField.pageBefore(request.pageToken)
    let found = try await context.answering {
      try await database.fetch(NewestAuditEvents(filter: filter, before: before, limit: size + 1), deadline: context.deadline)
    }
    var response = ListAuditEventsResponse()
    var bytes = 0
    for event in found.prefix(size) {
      bytes += event.size
      if bytes > Self.answerBytes, !response.events.isEmpty { break }
      response.events.append(AuditEvent(event))
    }
    if let last = response.events.last, response.events.count < found.count { response.nextPageToken = String(last.seq) }
    return response
  }

  func verifyAuditChain(_ request: VerifyAuditChainRequest, context: CallContext) async throws -> VerifyAuditChainResponse {
    guard request.checkpoints.count <= Self.checkpointLimit else {
      throw Refusal(
        .invalid, "TOO_MANY_CHECKPOINTS", field: "checkpoints",
        "checkpoints has \(request.checkpoints.count) entries; at most \(Self.checkpointLimit) fit.")
    }
    var checkpoints: [Checkpoint] = []
    for message in request.checkpoints { checkpoints.append(try Checkpoint(message)) }
    let given = checkpoints
    return try await context.answering {
      let verification = AuditVerification(database: database)
      return VerifyAuditChainResponse(try await verification.verdict(checkpoints: given, deadline: context.deadline))
    }
  }

  func takeCheckpoint(_ request: TakeCheckpointRequest, context: CallContext) async throws -> AuditCheckpoint {
    let taken = try await context.answering {
      try await database.fetchFirst(TakeNewestCheckpoint(), deadline: context.deadline)
    }
    guard let taken else {
      throw RPCError(.failedPrecondition, "The audit trail is empty; a checkpoint needs an event to stand at.")
    }
    return AuditCheckpoint(seq: taken.checkpoint.seq, hash: taken.checkpoint.hash.hex, atUs: taken.at.sinceEpoch)
  }

  func exportAuditEvents(
    _ request: ExportAuditEventsRequest, context: CallContext, responses: ResponseWriter<ExportedAuditEvents>
  ) async throws {
    guard request.fromSeq >= 0 else {
      throw Refusal(
        .invalid, "SEQ_MALFORMED", field: "from_seq", "from_seq is \(request.fromSeq); events are counted from 1.")
    }
    // Rows numbered below 1 cannot be there, unless somebody put them there: the export shows them.
    var last = request.fromSeq <= 1 ? Int64.min : request.fromSeq - 1
    var batch = ExportedAuditEvents()
    var bytes = 0
    while true {
      let after = last
      let events = try await context.answering {
        try await database.fetch(AuditEventsInOrder(after: after, limit: Self.exportBatch), deadline: context.deadline)
      }
      for event in events {
        if bytes + event.size > Self.answerBytes, !batch.events.isEmpty {
          try await responses.write(batch)
          batch.events.removeAll(keepingCapacity: true)
          bytes = 0
        }
        batch.events.append(AuditEvent(event))
        bytes += event.size
      }
      guard let newest = events.last, events.count == Self.exportBatch else { break }
      last = newest.seq
    }
    if !batch.events.isEmpty { try await responses.write(batch) }
  }
}
