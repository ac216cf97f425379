import Cryptography
import Dispatch
import Glibc
import Jobs
import Logging
import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// A database with an outbox, and those who empty it.
private struct Mail: Sendable {
  let database: Database

  func tell(_ count: Int = 1, on channels: [NotificationChannel] = [.webhook], metric: String = "roas") async throws {
    try await database.transaction { transaction in
      try await Outbox(channels: channels).enqueue(
        Self.notices(count, metric: metric), at: Instant(microseconds: 1), in: transaction)
    }
  }

  static func notices(_ count: Int, metric: String = "roas") -> [Notice] {
    (1...count).map {
      Notice(event: .sunsetScheduled, metricKey: metric, version: "v1", recipient: "team-\($0)", message: "v1 goes \"soon\"")
    }
  }

  func worker(_ sink: any NotificationSink, attempts: Int = 20, lease: Duration = .seconds(15)) -> NotificationWorker {
    NotificationWorker(
      database: database, sink: sink,
      retrying: RetryRule(attempts: attempts, firstPause: .milliseconds(10), longestPause: .milliseconds(40)), name: "test",
      timing: LeaseTiming(lease: lease, heartbeat: lease / 4, sweep: .milliseconds(20)), logger: .silent)
  }

  /// Lets a worker work until every notification of the metric has that state.
  func work(_ sink: any NotificationSink, attempts: Int = 20, until state: String = "delivered", of metric: String = "roas")
    async throws
  {
    let worker = worker(sink, attempts: attempts)
    let running = Task { try await worker.run() }
    defer { running.cancel() }
    while try await count("metric_key = '\(metric)' AND state <> '\(state)'") > 0 {
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  func count(_ condition: String = "true") async throws -> Int {
    try await database.query("SELECT count(*) AS n FROM notification WHERE \(unsafeSQL: condition)")[0].decode("n")
  }

  func list(_ request: ListNotificationsRequest = ListNotificationsRequest()) async throws -> [Messages.Notification] {
    try await NotificationsHandler(database: database).listNotifications(request, context: ServiceUnderTest.context).notifications
  }
}

private func withMail<Result: Sendable>(_ body: (Mail) async throws -> Result) async throws -> Result {
  try await withDatabase(role: .metrics) { database in
    try await ServiceUnderTest(database: database).prepare()
    return try await body(Mail(database: database))
  }
}

private func webhook(_ receiver: WebhookReceiver, timeout: Duration = .seconds(10)) throws -> WebhookSink {
  WebhookSink(
    address: HTTPAddress(receiver.url)!, trust: try TLSContext.client(minimumVersion: .tls12, speaking: .http11), timeout: timeout)
}

@Suite(.timeLimit(.minutes(2))) struct NotificationTests {
  @Test func `a notice is written for each channel, when its transaction commits and only then`() async throws {
    try await withMail { mail in
      struct Undone: Error {}
      await #expect(throws: Undone.self) {
        try await mail.database.transaction { transaction in
          try await Outbox(channels: [.webhook]).enqueue(Mail.notices(3), at: Instant(microseconds: 1), in: transaction)
          throw Undone()
        }
      }
      #expect(try await mail.count() == 0)
      try await mail.tell(3, on: [.file, .webhook])
      #expect(try await mail.count("state = 'pending'") == 6)
      try await mail.tell(3, on: [])
      #expect(try await mail.count() == 6)
    }
  }

  @Test func `a webhook is posted the notice with its key, and an answer of 2xx is a delivery`() async throws {
    try await withMail { mail in
      let receiver = try WebhookReceiver()
      defer { receiver.stop() }
      try await mail.tell()
      try await mail.work(try webhook(receiver))
      let request = try #require(receiver.requests.first)
      let stored = try #require(try await mail.list().first)
      #expect(request.head.hasPrefix("POST /hook?team=data HTTP/1.1\r\n"))
      #expect(request.body == stored.payload && request.field("Content-Type") == "application/json")
      let key = try #require(request.field("Idempotency-Key"))
      #expect(request.body.contains("\"notification\":\"\(key)\"") && request.body.contains(#""message":"v1 goes \"soon\"""#))
      #expect(stored.state == .delivered && stored.attempts == 1 && stored.deliveredAtUs > 0 && stored.lastError == "")
    }
  }

  @Test func `what does not arrive is tried again until it does`() async throws {
    try await withMail { mail in
      let receiver = try WebhookReceiver { _, number in
        switch number {
        case 1: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
        case 2: nil
        case 3: "nonsense\r\n\r\n"
        case 4: "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"
        default: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nthanks"
        }
      }
      defer { receiver.stop() }
      try await mail.tell()
      try await mail.work(try webhook(receiver))
      let stored = try #require(try await mail.list().first)
      #expect(stored.attempts == 5 && receiver.requests.count == 5)
      #expect(Set(receiver.requests.compactMap { $0.field("Idempotency-Key") }).count == 1)
    }
  }

  @Test func `what was tried as often as the settings say is given up with the reason, and sent anew on request`() async throws {
    try await withMail { mail in
      let receiver = try WebhookReceiver { _, number in number <= 3 ? "HTTP/1.1 500 Oh no\r\n\r\n" : WebhookReceiver.ok }
      defer { receiver.stop() }
      try await mail.tell()
      try await mail.work(try webhook(receiver), attempts: 3, until: "failed")
      let failed = try #require(try await mail.list(ListNotificationsRequest(state: .failed)).first)
      #expect(failed.attempts == 3 && failed.lastError == "http://127.0.0.1:\(receiver.port) answered 500 Oh no")
      let handler = NotificationsHandler(database: mail.database)
      let revived = try await handler.retryNotification(RetryNotificationRequest(id: failed.id), context: ServiceUnderTest.context)
      #expect(revived.state == .pending && revived.attempts == 0)
      try await mail.work(try webhook(receiver))
      for (id, code) in [(failed.id, StatusCode.failedPrecondition), (999, .notFound)] {
        let error = await #expect(throws: RPCError.self) {
          try await handler.retryNotification(RetryNotificationRequest(id: id), context: ServiceUnderTest.context)
        }
        #expect(error?.code == code)
      }
    }
  }

  @Test func `a receiver that is away for a while loses nothing`() async throws {
    try await withMail { mail in
      let probe = try WebhookReceiver()
      let port = probe.port
      let sink = try webhook(probe)
      probe.stop()
      try await mail.tell(5)
      let running = Task { try await mail.worker(sink, attempts: 100).run() }
      defer { running.cancel() }
      while try await mail.count("attempts > 0") < 5 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(try await mail.list().allSatisfy { $0.lastError.contains("cannot be reached") })
      let receiver = try WebhookReceiver(port: port)
      defer { receiver.stop() }
      while try await mail.count("state = 'delivered'") < 5 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(Set(receiver.requests.compactMap { $0.field("Idempotency-Key") }).count == 5)
    }
  }

  /// Sends, and never says so: as a process does that is killed in between.
  private struct KilledAfterSending: NotificationSink {
    let sink: any NotificationSink
    let sent: AsyncStream<Void>.Continuation
    var channel: NotificationChannel { sink.channel }

    func send(_ notification: OutgoingNotification) async -> SendOutcome {
      let outcome = await sink.send(notification)
      sent.yield()
      // Holds on for longer than any lease of the test, as nobody would come back.
      try? await Task.sleep(for: .seconds(3600))
      return .failed(reason: "\(outcome)", after: .seconds(3600))
    }
  }

  @Test(arguments: [NotificationChannel.webhook, .file])
  func `a kill between sending and recording has it sent again with the same key, which a file recognizes`(
    channel: NotificationChannel
  ) async throws {
    try await withMail { mail in
      let receiver = try WebhookReceiver()
      defer { receiver.stop() }
      let path = try Scratch.directory("notices") + "/notices.jsonl"
      let sink: any NotificationSink = channel == .webhook ? try webhook(receiver) : FileSink(path: path)
      try await mail.tell(on: [channel])
      let (sent, continuation) = AsyncStream.makeStream(of: Void.self)
      // Claims, sends and is gone: nothing is renewed and nothing given back.
      let table = NotificationTable.leased(channel)
      let doomed = LeaseWorker(
        database: mail.database, table: table, name: "doomed", channel: "none",
        timing: LeaseTiming(lease: .milliseconds(200), heartbeat: .seconds(60), sweep: .seconds(60)), logger: .silent)
      let lease = try #require(try await doomed.claim())
      let notification = try #require(try await mail.database.fetchFirst(ClaimedNotification(lease: lease)))
      let killed = Task { await KilledAfterSending(sink: sink, sent: continuation).send(notification) }
      for await _ in sent { break }
      killed.cancel()
      #expect(try await mail.count("state = 'pending'") == 1)
      try await mail.work(sink)
      if channel == .webhook {
        #expect(receiver.requests.count == 2)
        #expect(receiver.requests[0] == receiver.requests[1])
      } else {
        #expect(try lines(path).count == 1)
      }
    }
  }

  private func lines(_ path: String) throws -> [Substring] {
    let file = unsafe try #require(unsafe fopen(path, "r"))
    defer { unsafe fclose(file) }
    var room = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe fread(&room, 1, room.count, file)
    return String(decoding: room[..<count], as: UTF8.self).split(separator: "\n")
  }

  @Test func `a file gets a line for each notice, also behind a line that a crash left unfinished`() async throws {
    try await withMail { mail in
      let path = try Scratch.directory("notices") + "/notices.jsonl"
      let file = unsafe try #require(unsafe fopen(path, "w"))
      unsafe fputs("{\"half", file)
      unsafe fclose(file)
      try await mail.tell(3, on: [.file])
      try await mail.work(FileSink(path: path))
      let lines = try lines(path)
      #expect(lines.count == 4 && lines[0] == "{\"half")
      #expect(lines.dropFirst().map(String.init) == (try await mail.list().reversed().map(\.payload)))
    }
  }

  @Test func `a file that cannot be written is a failure with its path`() async throws {
    let outcome = await FileSink(path: "/nowhere/notices.jsonl").send(
      OutgoingNotification(key: "k", payload: "{}", attempts: 0, mayHaveBeenSent: false))
    guard case .failed(let reason, nil) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.hasPrefix("/nowhere/notices.jsonl cannot be opened"))
  }

  @Test func `Retry-After is honoured, and a slow receiver is not waited for`() async throws {
    let asking = try WebhookReceiver { _, _ in "HTTP/1.1 429 Too Many\r\nretry-after:  7\r\n\r\n" }
    defer { asking.stop() }
    let notification = OutgoingNotification(key: "k", payload: "{}", attempts: 0, mayHaveBeenSent: false)
    let outcome = await (try webhook(asking)).send(notification)
    #expect(outcome == .failed(reason: "http://127.0.0.1:\(asking.port) answered 429 Too Many", after: .seconds(7)))
    #expect(RetryRule().pause(afterAttempt: 1, asked: .seconds(7), chance: 0) == .seconds(7))

    let gate = DispatchSemaphore(value: 0)
    let slow = try WebhookReceiver { _, _ in
      gate.wait()
      // For whoever comes later.
      gate.signal()
      return nil
    }
    defer {
      gate.signal()
      slow.stop()
    }
    let late = await (try webhook(slow, timeout: .milliseconds(100))).send(notification)
    #expect(late == .failed(reason: "http://127.0.0.1:\(slow.port) did not answer in time", after: nil))
  }

  @Test func `deliveries are in the audit trail, one event for each metric and batch`() async throws {
    try await withMail { mail in
      let receiver = try WebhookReceiver { request, _ in
        request.body.contains("cac") ? "HTTP/1.1 500 No\r\n\r\n" : WebhookReceiver.ok
      }
      defer { receiver.stop() }
      try await mail.tell(3)
      try await mail.work(try webhook(receiver))
      try await mail.tell(1, metric: "cac")
      try await mail.work(try webhook(receiver), attempts: 1, until: "failed", of: "cac")
      let audit = NotificationAudit(database: mail.database)
      #expect(try await audit.record() == 4)
      #expect(try await audit.record() == 0)
      let trail = AuditTrailHandler(database: mail.database)
      let events = try await trail.listAuditEvents(ListAuditEventsRequest(), context: ServiceUnderTest.context).events
      #expect(events.map(\.event) == ["metric.notification_sent", "metric.notification_sent"])
      #expect(events.map(\.metricKey) == ["roas", "cac"] && events.map(\.severity) == [.low, .low])
      #expect(events[0].after == #"{"delivered":[1,2,3],"failed":[]}"# && events[1].after == #"{"delivered":[],"failed":[4]}"#)
    }
  }
}
