import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ListenTests {
  private func gap(_ channel: String) -> PostgresNotification { PostgresNotification(channel: channel, isGap: true) }

  private func note(_ channel: String, _ payload: String) -> PostgresNotification {
    PostgresNotification(channel: channel, payload: payload)
  }

  @Test func `what is notified after listening has begun arrives in order`() async throws {
    try await withDatabase { database in
      var notes = database.listen("news; DROP \"x\"").makeAsyncIterator()
      let channel = "news; DROP \"x\""
      #expect(await notes.next() == gap(channel))
      for number in 0..<100 { _ = try await database.query("SELECT pg_notify(\(channel), \("\(number)"))") }
      for number in 0..<100 { #expect(await notes.next() == note(channel, "\(number)")) }
    }
  }

  @Test func `each listener hears its own channels, as long as it listens`() async throws {
    try await withDatabase { database in
      var a = database.listen("a").makeAsyncIterator()
      var b = database.listen("b").makeAsyncIterator()
      var second: AsyncStream<PostgresNotification>.Iterator? = database.listen("a").makeAsyncIterator()
      #expect(await a.next() == gap("a"))
      #expect(await b.next() == gap("b"))
      #expect(await second?.next() == gap("a"))
      _ = try await database.query("SELECT pg_notify('a', '1'), pg_notify('b', '2'), pg_notify('c', '3')")
      #expect(await a.next() == note("a", "1"))
      #expect(await b.next() == note("b", "2"))
      #expect(await second?.next() == note("a", "1"))
      second = nil
      _ = try await database.query("SELECT pg_notify('a', '4')")
      #expect(await a.next() == note("a", "4"))
    }
  }

  @Test func `a notification of a transaction that fails never comes`() async throws {
    struct Stop: Error {}
    try await withDatabase { database in
      var notes = database.listen("a").makeAsyncIterator()
      #expect(await notes.next() == gap("a"))
      await #expect(throws: Stop.self) {
        try await database.transaction { transaction in
          _ = try await transaction.query("SELECT pg_notify('a', 'lost')")
          throw Stop()
        }
      }
      _ = try await database.query("SELECT pg_notify('a', 'kept')")
      #expect(await notes.next() == note("a", "kept"))
    }
  }

  @Test func `a reader that is too slow is told that it missed something`() async throws {
    try await withDatabase { database in
      var notes = database.listen("a").makeAsyncIterator()
      #expect(await notes.next() == gap("a"))
      _ = try await database.query("SELECT count(pg_notify('a', n::text)) FROM generate_series(1, 1000) AS n")
      // A second listener on the same connection has heard the last one: the first has been given all of them, too.
      var other = database.listen("b").makeAsyncIterator()
      _ = await other.next()
      _ = try await database.query("SELECT pg_notify('b', 'after')")
      #expect(await other.next() == note("b", "after"))
      var heard: [PostgresNotification] = []
      repeat { heard.append(await notes.next()!) } while heard.last?.payload != "1000" && heard.count < 300
      #expect(heard.count < 300)
      #expect(heard.contains(gap("a")))
    }
  }

  @Test func `listening goes on after the connection was cut, with a gap between`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      let database = Database(configuration: try configuration(.metrics), loops: TestLoops.shared, logger: .silent)
      var notes = database.listen("a").makeAsyncIterator()
      #expect(await notes.next() == gap("a"))
      for round in 0..<5 {
        proxy.cut()
        #expect(await notes.next() == gap("a"))
        try await blocking { _ = try PollingConnection(test.configuration(.metrics)).query("SELECT pg_notify('a', \("\(round)"))") }
        #expect(await notes.next() == note("a", "\(round)"))
      }
      await database.close()
      #expect(await notes.next() == nil)
    }
  }

  @Test func `listening ends with the database`() async throws {
    try await withTestDatabase { test in
      let database = Database(configuration: try test.configuration(.metrics), loops: TestLoops.shared, logger: .silent)
      var notes = database.listen("a").makeAsyncIterator()
      _ = await notes.next()
      await database.close()
      #expect(await notes.next() == nil)
      var late = database.listen("a").makeAsyncIterator()
      #expect(await late.next() == nil)
    }
  }
}
