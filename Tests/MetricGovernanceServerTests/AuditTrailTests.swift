import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing
import Wire

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(2))) struct AuditTrailTests {
  @Test func `events are listed the newest first, page by page, each once`() async throws {
    try await withAuditTrail(of: 25) { trail in
      var seen: [Int64] = []
      var request = ListAuditEventsRequest(pageSize: 10)
      repeat {
        let page = try await trail.list(request)
        seen += page.events.map(\.seq)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(seen == (1...25).reversed())
    }
  }

  @Test func `each filter narrows the list`() async throws {
    try await withAuditTrail(of: 3) { trail in
      try await trail.append(2, .rollbackExecuted, metric: "cac", actor: "bob")
      func count(_ request: ListAuditEventsRequest) async throws -> Int {
        let page = try await trail.list(request)
        return page.events.count
      }
      #expect(try await count(ListAuditEventsRequest(metricKey: "cac")) == 2)
      #expect(try await count(ListAuditEventsRequest(version: "v1")) == 2)
      #expect(try await count(ListAuditEventsRequest(events: ["metric.version_created"])) == 3)
      #expect(try await count(ListAuditEventsRequest(actor: "bob")) == 2)
      #expect(try await count(ListAuditEventsRequest(leastSeverity: .high)) == 2)
      let newest = try #require(await trail.list(ListAuditEventsRequest(pageSize: 1)).events.first)
      #expect(try await count(ListAuditEventsRequest(fromUs: newest.atUs)) == 2)
      #expect(try await count(ListAuditEventsRequest(toUs: newest.atUs)) == 3)
      #expect(try await count(ListAuditEventsRequest(metricKey: "cac", version: "v1", actor: "bob")) == 1)
    }
  }

  @Test func `an event is stored as it was recorded, with its severity`() async throws {
    try await withAuditTrail { trail in
      let record = AuditRecord(
        event: .definitionCorrected, subject: "roas@v2", metricKey: "roas", version: "v2", reason: "typo \u{1F600}\nline two",
        before: "{\"a\":1}", after: "")
      try await trail.append([record], actor: "spiffe://lodestar.local/person/ada")
      let event = try #require(await trail.list(ListAuditEventsRequest()).events.first)
      #expect(event.seq == 1 && event.event == "metric.definition_corrected" && event.severity == .high)
      #expect(event.reason == record.reason && event.before == record.before && event.after == "" && event.version == "v2")
      #expect(event.actor == "spiffe://lodestar.local/person/ada" && event.registryRevision == 1)
      #expect(event.prevHash == String(repeating: "0", count: 64) && event.hash.utf8.count == 64)
    }
  }

  @Test func `a wrong filter is answered with the field and what would be right`() async throws {
    try await withAuditTrail(of: 1) { trail in
      for (request, word, reason) in [
        (ListAuditEventsRequest(events: ["metric.exploded"]), "metric.rollback_executed", "EVENT_UNKNOWN"),
        (ListAuditEventsRequest(pageSize: 1001), "1000", "PAGE_TOO_LARGE"),
        (ListAuditEventsRequest(pageToken: "x"), "next_page_token", "PAGE_TOKEN_UNKNOWN"),
        (ListAuditEventsRequest(fromUs: 5, toUs: 5), "from_us", "TIMES_REVERSED"),
      ] {
        let error = await #expect(throws: RPCError.self) { try await trail.list(request) }
        #expect(error?.code == .invalidArgument && error?.message.contains(word) == true)
        #expect(Self.reasons(error) == [reason])
      }
      let error = await #expect(throws: RPCError.self) { try await trail.verify(AuditCheckpoint(seq: 1, hash: "12")) }
      #expect(error?.code == .invalidArgument && Self.reasons(error) == ["CHECKPOINT_MALFORMED"])
    }
  }

  /// By which a program tells one refusal from another.
  private static func reasons(_ error: RPCError?) -> [String] {
    (error?.details ?? []).compactMap { detail in
      if case .errorInfo(let info) = detail { info.reason } else { nil }
    }
  }

  @Test func `an event is there when its transaction commits, and only then`() async throws {
    try await withAuditTrail(of: 1) { trail in
      struct Undone: Error {}
      await #expect(throws: Undone.self) {
        try await trail.database.transaction { transaction in
          try await AuditLedger().append(
            [AuditRecord(event: .versionCreated, subject: "s", metricKey: "m", reason: "r")], actor: "a",
            at: Instant(microseconds: 1), revision: 1, in: transaction)
          throw Undone()
        }
      }
      #expect(try await trail.list(ListAuditEventsRequest()).events.count == 1)
      try await trail.append(1)
      #expect(try await trail.verify().isIntact)
    }
  }

  @Test func `an export has all events in order, in messages below a mebibyte`() async throws {
    try await withAuditTrail { trail in
      let long = String(repeating: "x", count: 10_000)
      try await trail.append((1...1200).map { AuditRecord(event: .draftUpdated, subject: "\($0)", metricKey: "m", reason: long) })
      let messages = Mutex<[ExportedAuditEvents]>([])
      try await trail.handler.exportAuditEvents(
        ExportAuditEventsRequest(fromSeq: 100), context: ServiceUnderTest.context,
        responses: ResponseWriter { message in messages.withLock { $0.append(message) } })
      let exported = messages.withLock { $0 }
      #expect(exported.flatMap(\.events).map(\.seq) == Array(100...1200))
      for message in exported {
        let bytes = try message.wireBytes()
        #expect(bytes.count < 1 << 20)
      }
      #expect(exported.count > 10)
    }
  }

  @Test func `a checkpoint is taken once for each end of the chain`() async throws {
    try await withAuditTrail(of: 2) { trail in
      let one = try await trail.checkpoint()
      let again = try await trail.checkpoint()
      #expect(one == again && one.seq == 2 && one.atUs > 0)
      try await trail.append(1)
      #expect(try await trail.checkpoint().seq == 3)
    }
  }
}
