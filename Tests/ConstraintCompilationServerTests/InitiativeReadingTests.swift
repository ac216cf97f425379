import Messages
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing

@testable import ConstraintCompilationServer

/// Initiatives for other services: pages, one by its key, and a watch that misses nothing.
@Suite(.timeLimit(.minutes(2))) struct InitiativeReadingTests {
  private let context = ServiceUnderTest.context

  private func list(_ service: ServiceUnderTest, _ request: ListInitiativesRequest) async throws -> ListInitiativesResponse {
    try await service.handler.listInitiatives(request, context: context)
  }

  /// What a watcher is sent until so many changes have come.
  private func watch(_ service: ServiceUnderTest, after cursor: Int64 = 0, until count: Int) async throws -> [InitiativeChange] {
    let watcher = Watcher(service, after: cursor)
    defer { watcher.stop() }
    var seen: [InitiativeChange] = []
    while seen.count < count { seen.append(try #require(await watcher.next())) }
    return seen
  }

  @Test func `pages follow each other in the order of the keys`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let whole = try await list(service, ListInitiativesRequest())
      #expect(whole.initiatives.map(\.initiativeKey) == Seeds.keys.sorted() && whole.nextPageToken.isEmpty)
      var pages: [[String]] = []
      var request = ListInitiativesRequest(pageSize: 4)
      repeat {
        let page = try await list(service, request)
        #expect(page.initiatives.allSatisfy(whole.initiatives.contains))
        pages.append(page.initiatives.map(\.initiativeKey))
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(pages.map(\.count) == [4, 2] && pages.flatMap { $0 } == Seeds.keys.sorted())
      let some = try await list(
        service, ListInitiativesRequest(initiativeKeys: [Seeds.keys[0], "init-000100", "none"], pageSize: 2))
      #expect(some.initiatives.count == 2 && some.nextPageToken.isEmpty)
      for request in [ListInitiativesRequest(pageSize: 5001), ListInitiativesRequest(pageToken: "x")] {
        let error = await #expect(throws: RPCError.self) { try await list(service, request) }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  @Test func `one is fetched by its key, and a misspelt key gets the nearest`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      func get(_ key: String) async throws -> Initiative {
        try await service.handler.getInitiative(GetInitiativeRequest(initiativeKey: key), context: context)
      }
      let whole = try await list(service, ListInitiativesRequest()).initiatives
      #expect(try await get(" init-000081") == whole.first { $0.initiativeKey == "INIT-000081" })
      let error = await #expect(throws: RPCError.self) { try await get("INIT-00081") }
      #expect(
        error?.code == .notFound
          && error?.message
            == "initiative_key \"INIT-00081\" is not an initiative of Central Backlog; did you mean \"INIT-000081\"?"
      )
      #expect(await #expect(throws: RPCError.self) { try await get(" ") }?.code == .invalidArgument)
    }
  }

  @Test func `a watch brings all there are, then what changes, and nothing that does not`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let watcher = Watcher(service, after: 0)
      defer { watcher.stop() }
      var seen: [InitiativeChange] = []
      for _ in Seeds.keys { seen.append(try #require(await watcher.next())) }
      #expect(Set(seen.map { $0.initiative?.initiativeKey }) == Set(Seeds.keys))
      #expect(seen.map(\.cursor) == seen.map(\.cursor).sorted() && Set(seen.map(\.cursor)).count == seen.count)
      #expect(try await list(service, ListInitiativesRequest()).cursor == seen.last?.cursor)
      // Saved again as they are, in other rows, judged only, and other tables: none of it is news.
      var moved = Seeds.initiatives
      for place in moved.indices { moved[place].rowNumber += 100 }
      try await service.initiatives(moved)
      try await service.candidates(Seeds.candidates)
      try await service.contributions(Seeds.contributions)
      try await service.scenarios(Seeds.scenarios)
      var title = Seeds.initiatives[2]
      title.title = "New title"
      try await service.initiatives([title], .selection, actor: "eve", preview: true)
      // Each kind of change is.
      try await service.initiatives([title], .selection)
      let first = try #require(await watcher.next())
      #expect(first.initiative?.initiativeKey == title.initiativeKey && first.initiative?.title == "New title")
      var plan = Seeds.candidates[4]
      plan.engineeringTokens = .init(value: 101)
      try await service.candidates([plan], .selection)
      let second = try #require(await watcher.next())
      #expect(second.initiative?.initiativeKey == plan.initiativeKey && second.initiative?.engineeringTokens?.value == 101)
      var contribution = Seeds.contributions[5]
      contribution.contribution = 1
      try await service.contributions([contribution], .selection)
      let third = try #require(await watcher.next())
      #expect(third.initiative?.contributions == [Contribution(kpiKey: "NSM_ORDERS", value: 1)])
      try await service.contributions(Array(Seeds.contributions.prefix(5)))
      let fourth = try #require(await watcher.next())
      #expect(fourth.initiative?.initiativeKey == contribution.initiativeKey && fourth.initiative?.contributions == [])
      #expect([first, second, third, fourth].map(\.cursor) == [first, second, third, fourth].map(\.cursor).sorted())
    }
  }

  @Test func `a watch goes on where it was left, and on another instance`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let seen = try await watch(service, until: 4)
      let place = try #require(seen.last?.cursor)
      for key in Seeds.keys.prefix(2) {
        var row = try #require(Seeds.initiatives.first { $0.initiativeKey == key })
        row.title = "While nobody watched"
        try await service.initiatives([row], .selection)
      }
      // A service that has just started knows nothing but what the database does.
      let other = ServiceUnderTest(
        database: service.database,
        handler: ConstraintCompilationHandler(
          store: PlanningStore(database: service.database), metrics: service.handler.metrics), fake: service.fake)
      let before = Set(seen.compactMap { $0.initiative?.initiativeKey })
      let missed = Set(Seeds.keys).subtracting(before).union(Seeds.keys.prefix(2))
      let rest = try await watch(other, after: place, until: missed.count)
      #expect(Set(rest.compactMap { $0.initiative?.initiativeKey }) == missed, "each once")
      #expect(rest.suffix(2).map { $0.initiative?.title } == ["While nobody watched", "While nobody watched"])
      #expect(rest.allSatisfy { $0.cursor > place })
    }
  }

  @Test func `a slow reader misses states and never the newest, and holds nobody up`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let begin = try await list(service, ListInitiativesRequest()).cursor
      let watcher = Watcher(service, after: begin, isSlow: true)
      defer { watcher.stop() }
      var row = Seeds.initiatives[0]
      for number in 1...300 {
        row.title = "Title \(number)"
        try await service.initiatives([row], .selection)
      }
      var other = Seeds.initiatives[1]
      other.title = "The last"
      try await service.initiatives([other], .selection)
      watcher.letGo()
      var titles: [String] = []
      while titles.last != "The last" { titles.append(try #require(await watcher.next()?.initiative?.title)) }
      #expect(titles.count <= 3 && titles.dropLast().last == "Title 300", "\(titles)")
    }
  }

  @Test func `saves that come at once are each seen`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let begin = try await list(service, ListInitiativesRequest()).cursor
      let watcher = Watcher(service, after: begin)
      defer { watcher.stop() }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<24 {
          group.addTask {
            let key = "NEW-\(number)"
            try await service.initiatives(
              [InitiativeRow(rowNumber: UInt32(number + 2), initiativeKey: key, title: key, isOptimizationCandidate: true)],
              .selection)
          }
        }
        try await group.waitForAll()
      }
      var seen: [InitiativeChange] = []
      while seen.count < 24 { seen.append(try #require(await watcher.next())) }
      #expect(Set(seen.compactMap { $0.initiative?.initiativeKey }) == Set((0..<24).map { "NEW-\($0)" }))
      #expect(seen.map(\.cursor) == seen.map(\.cursor).sorted())
    }
  }

  @Test func `cursors that cannot be are refused`() async throws {
    try await withService { service in
      func refusal(_ cursor: Int64) async -> RPCError? {
        await #expect(throws: RPCError.self) {
          try await service.handler.watchInitiatives(
            WatchInitiativesRequest(afterCursor: cursor), context: context, responses: ResponseWriter { _ in })
        }
      }
      #expect(await refusal(-1)?.code == .invalidArgument)
      let ahead = await refusal(1)
      #expect(ahead?.code == .outOfRange && ahead?.message.hasSuffix("begin with 0.") == true)
    }
  }

  @Test func `a change by plain SQL is told too`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      let begin = try await list(service, ListInitiativesRequest()).cursor
      try await service.database.execute(
        "UPDATE initiative SET title = 'By hand', backlog_row = 9 WHERE initiative_key = 'init-000012'")
      try await service.database.execute("UPDATE initiative SET backlog_row = 10")
      try await service.database.execute("UPDATE contribution SET value = value")
      let seen = try await watch(service, after: begin, until: 1)
      #expect(seen.first?.initiative?.title == "By hand")
      #expect(try await list(service, ListInitiativesRequest()).cursor == seen.first?.cursor)
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct InitiativeChangeTests {
  /// Columns that say where a row stood in its sheet, and who saved it.
  private static let beside: Set<String> = [
    "backlog_row", "backlog_updated_by", "backlog_updated_at", "candidate_row", "candidate_updated_by", "candidate_updated_at",
  ]
  /// Values of which each column can have one.
  private static let values = [
    "'x'", "'2030-01-01'", "'mvp'", "7", "0.5", "NOT COLUMN", "'{x}'", #"'{"nodes":[],"edges":[]}'"#,
  ]

  @Test func `a change of any column is news, but for those that say where a row stood and who saved it`() async throws {
    try await withService { service in
      try await service.saveSeeds()
      func newest() async throws -> Int { try await service.handler.store.newestInitiativeChange(deadline: nil) }
      // Somebody mandatory has a reason, so that every column can change by itself.
      try await service.database.execute("UPDATE initiative SET mandate_reason = 'law', is_mandatory = false")
      let columns = try await service.database.query(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'initiative'"
      ).map { try $0.decode(0, as: String.self) }
      #expect(columns.count > 26)
      for column in columns where column != "initiative_key" && !column.hasSuffix("_at") {
        let before = try await newest()
        var isChanged = false
        for value in Self.values where !isChanged {
          let assignment = value.replacing("COLUMN", with: column)
          isChanged =
            (try? await service.database.execute(
              "UPDATE initiative SET \(unsafeSQL: column) = \(unsafeSQL: assignment) WHERE initiative_key = 'init-000012'")) == 1
        }
        #expect(isChanged, "no value for \(column)")
        let isNews = try await newest() > before
        #expect(isNews != Self.beside.contains(column), "\(column)")
      }
    }
  }
}

/// A watch under way. A slow one takes nothing until it is let go.
private final class Watcher: Sendable {
  private let task: Task<Void, Never>
  private let changes: AsyncStream<InitiativeChange>
  private let gate: AsyncStream<Void>.Continuation

  init(_ service: ServiceUnderTest, after cursor: Int64, isSlow: Bool = false) {
    let (stream, continuation) = AsyncStream.makeStream(of: InitiativeChange.self)
    let (opening, gate) = AsyncStream.makeStream(of: Void.self)
    changes = stream
    self.gate = gate
    let handler = service.handler
    task = Task {
      defer { continuation.finish() }
      try? await handler.watchInitiatives(
        WatchInitiativesRequest(afterCursor: cursor), context: ServiceUnderTest.context,
        responses: ResponseWriter { change in
          if isSlow { for await _ in opening {} }
          continuation.yield(change)
        })
    }
  }

  func next() async -> InitiativeChange? {
    for await change in changes { return change }
    return nil
  }

  func letGo() { gate.finish() }
  func stop() { task.cancel() }
}
