import Jobs
import Postgres
import TestSupport
import Testing

private let keys = IdempotencyKeys()

private func call(
  _ key: String, principal: String = "ada", method: String = "/Save", request: [UInt8] = [1, 2]
) -> KeyedCall {
  KeyedCall(principal: principal, key: key, method: method, request: request)
}

private func withKeys(_ body: (Database) async throws -> Void) async throws {
  try await withDatabase { database in
    try await database.execute(
      """
      CREATE TABLE idempotency_key (
        principal text NOT NULL, key text NOT NULL, method text NOT NULL, request_hash bytea NOT NULL, response bytea NOT NULL,
        created_at timestamptz NOT NULL, PRIMARY KEY (principal, key)
      )
      """)
    try await body(database)
  }
}

/// As a caller does: answers what was kept, or the new answer, which it keeps.
private func perform(_ call: KeyedCall, answering answer: [UInt8], in database: Database) async throws -> [UInt8] {
  try await database.transaction { transaction in
    if let kept = try await keys.recall(call, in: transaction) { return kept }
    try await keys.store(answer, for: call, in: transaction)
    return answer
  }
}

private func expect(
  _ call: KeyedCall, answering answer: [UInt8], gives expected: [UInt8], in database: Database,
  at location: SourceLocation = #_sourceLocation
) async throws {
  let given = try await perform(call, answering: answer, in: database)
  #expect(given == expected, sourceLocation: location)
}

@Suite struct IdempotencyKeyTests {
  @Test func `a repeated call gets the first answer`() async throws {
    try await withKeys { database in
      try await expect(call("k"), answering: [1], gives: [1], in: database)
      try await expect(call("k"), answering: [2], gives: [1], in: database)
      try await expect(call("other"), answering: [3], gives: [3], in: database)
    }
  }

  @Test func `another principal's equal key is another key`() async throws {
    try await withKeys { database in
      try await expect(call("k"), answering: [1], gives: [1], in: database)
      try await expect(call("k", principal: "bob"), answering: [2], gives: [2], in: database)
    }
  }

  @Test func `a key that was used for another method or request is refused, and says so`() async throws {
    try await withKeys { database in
      _ = try await perform(call("k"), answering: [1], in: database)
      await #expect(throws: IdempotencyConflict.otherMethod(key: "k", method: "/Save")) {
        try await perform(call("k", method: "/Drop"), answering: [2], in: database)
      }
      await #expect(throws: IdempotencyConflict.otherRequest(key: "k", method: "/Save")) {
        try await perform(call("k", request: [9]), answering: [2], in: database)
      }
      #expect(IdempotencyConflict.otherMethod(key: "k", method: "/Save").description.contains("use a new key"))
    }
  }

  @Test func `nothing is kept of a call whose transaction is undone, nor of one without a key`() async throws {
    struct Undone: Error {}
    try await withKeys { database in
      await #expect(throws: Undone.self) {
        try await database.transaction { transaction in
          try await keys.store([1], for: call("k"), in: transaction)
          throw Undone()
        }
      }
      try await expect(call("k"), answering: [2], gives: [2], in: database)
      try await expect(call(""), answering: [3], gives: [3], in: database)
      try await expect(call(""), answering: [4], gives: [4], in: database)
    }
  }

  @Test(arguments: [String(repeating: "k", count: 201), "a\0b"]) func `a key that cannot be kept is refused`(key: String)
    async throws
  {
    try await withKeys { database in
      let error = await #expect(throws: IdempotencyConflict.self) {
        try await perform(call(key), answering: [1], in: database)
      }
      #expect(error == .badKey)
    }
  }

  @Test func `of calls with one key at the same moment one has an effect, and all get its answer`() async throws {
    try await withKeys { database in
      let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for number in 0..<20 { group.addTask { try await perform(call("k"), answering: [UInt8(number)], in: database) } }
        return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
      }
      #expect(Set(answers).count == 1)
    }
  }

  @Test func `an answer is kept for 7 days, then the key is free and the row swept`() async throws {
    try await withKeys { database in
      _ = try await perform(call("old"), answering: [1], in: database)
      _ = try await perform(call("young"), answering: [1], in: database)
      try await database.execute("UPDATE idempotency_key SET created_at = clock_timestamp() - interval '7 days' WHERE key = 'old'")
      try await database.execute(
        "UPDATE idempotency_key SET created_at = clock_timestamp() - interval '7 days' + interval '1 minute' WHERE key = 'young'")
      try await expect(call("young"), answering: [2], gives: [1], in: database)
      try await expect(call("old", method: "/New"), answering: [2], gives: [2], in: database)
      try await database.execute("UPDATE idempotency_key SET created_at = clock_timestamp() - interval '7 days' WHERE key = 'old'")
      #expect(try await keys.sweep(in: database) == 1)
      #expect(try await keys.sweep(in: database) == 0)
    }
  }
}
