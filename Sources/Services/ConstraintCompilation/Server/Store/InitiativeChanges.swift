import ConstraintCompilationDomain
import Postgres

/// Initiatives with the numbers of their newest changes, in the order of these, behind one of them.
struct ChangedInitiatives: Query {
  struct Line: Sendable {
    /// In normal form.
    var key: String
    var number: Int
  }

  var after: Int
  var limit: Int

  var statement: Statement {
    "SELECT initiative_key, number FROM initiative_change WHERE number > \(after) ORDER BY number LIMIT \(limit)"
  }

  static func decode(_ row: Row) throws -> Line { Line(key: try row.decode(0), number: try row.decode(1)) }
}

/// The number of the newest change of any initiative; 0 when there is none.
struct NewestInitiativeChange: Query {
  var statement: Statement { "SELECT COALESCE(max(number), 0) FROM initiative_change" }
  static func decode(_ row: Row) throws -> Int { try row.decode(0) }
}

/// The keys, in normal form, of a page of initiatives.
struct InitiativePage: Query {
  /// In normal form; nil for all.
  var keys: [String]?
  /// The key before the page's first, in normal form; empty for the first page.
  var after: String
  var limit: Int

  var statement: Statement {
    let among: Statement = keys.map { "AND initiative_key = ANY(\($0))" } ?? ""
    return """
      SELECT initiative_key FROM initiative WHERE initiative_key COLLATE "C" > \(after) \(among)
      ORDER BY initiative_key COLLATE "C" LIMIT \(limit)
      """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

/// Initiatives as others read them: with contributions and chains.
extension PlanningStore {
  /// Notified of whenever an initiative has changed, by the database itself.
  static let initiativeChannel = "initiatives"

  struct ReadInitiative: Sendable {
    var initiative: PlannedInitiative
    var chain: ConstraintCompilationDomain.MetricChain?
  }

  struct InitiativeList: Sendable {
    var initiatives: [ReadInitiative] = []
    /// The key to go on behind; empty when nothing is left.
    var next = ""
    /// The newest change that the list knows of.
    var cursor = 0
  }

  /// - Parameters:
  ///   - keys: in any spelling; empty for all.
  ///   - pageSize: 0 for all at once.
  ///   - after: the `next` of the page before; empty for the first.
  func initiatives(
    _ keys: [String] = [], pageSize: Int = 0, after: String = "", deadline: ContinuousClock.Instant?
  ) async throws -> InitiativeList {
    var normal = keys.isEmpty ? nil : keys.map { NormalKey($0).text }
    return try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      var list = InitiativeList()
      list.cursor = try await transaction.fetchFirst(NewestInitiativeChange()) ?? 0
      if pageSize > 0 {
        let page = try await transaction.fetch(InitiativePage(keys: normal, after: after, limit: pageSize + 1))
        if page.count > pageSize { list.next = page[pageSize - 1] }
        normal = Array(page.prefix(pageSize))
      }
      list.initiatives = try await Self.read(normal, transaction)
      return list
    }
  }

  /// Initiatives that changed behind a number, as they stand, in the order of their newest changes; each with its number.
  func initiativeChanges(
    after number: Int, atMost limit: Int, deadline: ContinuousClock.Instant?
  ) async throws -> [(number: Int, read: ReadInitiative)] {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      let lines = try await transaction.fetch(ChangedInitiatives(after: number, limit: limit))
      if lines.isEmpty { return [] }
      let read = try await Self.read(lines.map(\.key), transaction)
      let byKey = Dictionary(read.map { (NormalKey($0.initiative.key).text, $0) }, uniquingKeysWith: { first, _ in first })
      return lines.compactMap { line in byKey[line.key].map { (line.number, $0) } }
    }
  }

  func newestInitiativeChange(deadline: ContinuousClock.Instant?) async throws -> Int {
    try await database.fetchFirst(NewestInitiativeChange(), deadline: deadline) ?? 0
  }

  /// The spellings of all keys.
  func initiativeKeys(deadline: ContinuousClock.Instant?) async throws -> [String] {
    try await database.fetch(InitiativeKeys(), deadline: deadline)
  }

  /// - Parameter keys: in normal form; nil for all.
  private static func read(_ keys: [String]?, _ transaction: Transaction) async throws -> [ReadInitiative] {
    let tables = try await transaction.pipeline([
      AllInitiatives(keys: keys).statement, AllContributions(keys: keys).statement, MetricChains(keys: keys).statement,
    ])
    let chains = try MetricChains.book(tables[2])
    return AllContributions.joined(
      try tables[0].map(AllInitiatives.decode), try tables[1].map(AllContributions.decode)
    ).map { ReadInitiative(initiative: $0, chain: chains[NormalKey($0.key)]) }
  }
}
