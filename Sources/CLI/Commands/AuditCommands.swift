import ArgumentParser
import Messages
import RPC
import Wire

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the trail of all that happened to metrics, and make sure that nobody changed it.",
    subcommands: [List.self, Verify.self, Export.self, TakeCheckpoint.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List audit events, the newest first.",
      discussion: """
        EXAMPLES
          lodestar audit list --metric roas
          lodestar audit list --severity high --limit 20
          lodestar audit list --from 2026-01-01 --to 2026-02-01 --json
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "Only events of this metric, as roas.")
    var metric = ""

    @Option(help: "Only events of this version, as v2.")
    var version = ""

    @Option(name: .customLong("event"), help: "Only events of this kind, as metric.version_created; may be given several times.")
    var events: [String] = []

    @Option(help: "Only what this one did, as spiffe://lodestar.local/person/ada.")
    var actor = ""

    @Option(help: "Only events of this severity or above: low, medium, high or critical.")
    var severity = "low"

    @Option(help: "Only events from this day on, in UTC, as 2026-01-31.")
    var from: Day?

    @Option(help: "Only events before this day.")
    var to: Day?

    @Option(help: "How many, at most 1000.")
    var limit = 50

    func validate() throws {
      guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
      guard AuditSeverity(word: severity) != nil else {
        throw ValidationError("--severity must be low, medium, high or critical.")
      }
    }

    func run() async throws {
      let request = ListAuditEventsRequest(
        metricKey: metric, version: version, events: events, actor: actor, leastSeverity: AuditSeverity(word: severity) ?? .low,
        fromUs: from?.microseconds ?? 0, toUs: to?.microseconds ?? 0)
      try await service.show(answer) { channel in
        try await Self.events(request, limit: limit, AuditTrailClient(channel: channel))
      } lines: {
        AuditEventsView(events: $0.events, isCut: !$0.nextPageToken.isEmpty).lines($1)
      }
    }

    /// As many as were asked for: a page of long events may have fewer.
    private static func events(
      _ request: ListAuditEventsRequest, limit: Int, _ client: AuditTrailClient
    ) async throws -> ListAuditEventsResponse {
      var request = request
      var all = ListAuditEventsResponse()
      repeat {
        request.pageSize = UInt32(limit - all.events.count)
        let page = try await client.listAuditEvents(request)
        all.events += page.events
        all.nextPageToken = page.nextPageToken
        request.pageToken = page.nextPageToken
      } while all.events.count < limit && !all.nextPageToken.isEmpty
      return all
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make sure that the trail is as it was written: nothing changed, removed, inserted, moved or cut off.",
      discussion: """
        With a FILE of `lodestar audit export` no service and no database is needed.
        An end that was cut off shows against checkpoints: those that the service
        kept, and those of --checkpoint. Exit code 1 names the first row that is wrong.

        EXAMPLES
          lodestar audit verify
          lodestar audit verify --checkpoint checkpoints.jsonl
          lodestar audit verify audit.jsonl --checkpoint checkpoints.jsonl
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "An export, instead of the service's own trail.", completion: .file())
    var file: String?

    @Option(
      name: .customLong("checkpoint"), help: "A file of checkpoints that the trail has to contain; may be given several times.")
    var checkpointFiles: [String] = []

    func run() async throws {
      try await CommandContext.run { context in
        let checkpoints = try checkpointFiles.flatMap(CheckpointFile.read)
        let view: ChainVerdictView
        if let file {
          view = ChainVerdictView(try ExportVerification.verdict(on: file, checkpoints: checkpoints))
        } else {
          let response = try await context.session.call(.metrics, at: service.endpoint()) { channel in
            try await AuditTrailClient(channel: channel).verifyAuditChain(VerifyAuditChainRequest(checkpoints: checkpoints))
          }
          view = ChainVerdictView(response)
        }
        if answer.json {
          context.console.show(json: view.json)
        } else {
          context.console.show(view.lines(context.console.style, checkpoints: checkpoints.count))
        }
        return view.outcome
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the trail into a file, a line of JSON for each event.",
      discussion: """
        The file is there whole or not at all. Its lines can be verified by anybody:
        `hash` is the SHA-256 over "ledger/1", seq (8 bytes), prev_hash (32 bytes), the
        number of fields (4 bytes) and for each member from event to registry_revision
        its name and its value, each behind its length (4 bytes); big-endian, UTF-8,
        numbers in decimal digits.

        EXAMPLES
          lodestar audit export audit.jsonl
          lodestar audit verify audit.jsonl
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    func run() async throws {
      try await CommandContext.run { context in
        let events = try await context.session.call(.metrics, at: service.endpoint()) { channel in
          try await Self.write(AuditTrailClient(channel: channel), to: file)
        }
        if answer.json {
          var object = JSONObject()
          object["file"] = .string(file)
          object["events"] = .number(JSONNumber(events))
          context.console.show(json: .object(object))
        } else {
          context.console.show("Wrote \(Quantity.count(events, "audit event")) to \(file.printable).")
        }
        return .done
      }
    }

    private static func write(_ client: AuditTrailClient, to path: String) async throws -> Int {
      var file = try UnfinishedFile(path)
      var events = 0
      var bytes: [UInt8] = []
      for try await batch in client.exportAuditEvents(ExportAuditEventsRequest(fromSeq: 1)) {
        bytes.removeAll(keepingCapacity: true)
        for event in batch.events { AuditExport.append(event, to: &bytes) }
        try file.write(bytes)
        events += batch.events.count
      }
      try file.finish()
      return events
    }
  }

  struct TakeCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "checkpoint",
      abstract: "Note where the trail ends now, so that it shows when its end is cut off.",
      discussion: """
        With a FILE the checkpoint is appended to it. Keep it where whoever could change
        the database cannot write.

        EXAMPLES
          lodestar audit checkpoint checkpoints.jsonl
          lodestar audit verify --checkpoint checkpoints.jsonl
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The file to append it to.", completion: .file())
    var file: String?

    func run() async throws {
      try await CommandContext.run { context in
        let checkpoint = try await context.session.call(.metrics, at: service.endpoint()) { channel in
          try await AuditTrailClient(channel: channel).takeCheckpoint(TakeCheckpointRequest())
        }
        if let file { try CheckpointFile.append(checkpoint, to: file) }
        if answer.json {
          context.console.show(CheckpointFile.line(checkpoint))
        } else {
          let kept = file.map { ", appended to \($0.printable)" } ?? ""
          context.console.show("Row \(checkpoint.seq), \(checkpoint.hash)\(kept).")
        }
        return .done
      }
    }
  }
}
