/// The prepared statements that one connection's server session holds, by text and types of the binds. A pure value: says what to
/// prepare and what to give up; the conversation does it.
struct StatementCache {
  private struct Key: Hashable {
    var sql: String
    var types: [PostgresType]
  }

  private struct Entry {
    var name: String
    var lastUse: UInt64
  }

  /// How a statement is run.
  struct Plan: Equatable {
    var name: String
    /// The session does not have it yet.
    var isNew: Bool
  }

  let limit: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private var made: UInt64 = 0
  /// Names that the session holds and nobody will use again.
  private(set) var abandoned: [String] = []

  init(limit: Int) {
    precondition(limit > 0)
    self.limit = limit
  }

  var count: Int { entries.count }

  /// The plan for the statement; a new one counts as prepared from now on, until `forget` says otherwise.
  mutating func plan(for statement: Statement) -> Plan {
    uses += 1
    let key = Key(sql: statement.sql, types: statement.binds.slots.map(\.type))
    if let entry = entries[key] {
      entries[key]!.lastUse = uses
      return Plan(name: entry.name, isNew: false)
    }
    if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      entries[oldest.key] = nil
      abandoned.append(oldest.value.name)
    }
    made += 1
    let name = "s\(made)"
    entries[key] = Entry(name: name, lastUse: uses)
    return Plan(name: name, isNew: true)
  }

  func contains(_ statement: Statement) -> Bool {
    entries[Key(sql: statement.sql, types: statement.binds.slots.map(\.type))] != nil
  }

  /// The session does not have the name, or its plan is stale.
  mutating func forget(_ name: String, stillHeld: Bool) {
    if let key = entries.first(where: { $0.value.name == name })?.key {
      entries[key] = nil
    }
    if stillHeld { abandoned.append(name) }
  }

  /// The names to deallocate now.
  mutating func takeAbandoned() -> [String] {
    defer { abandoned = [] }
    return abandoned
  }
}
