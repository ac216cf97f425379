extension Database {
  /// Brings a schema up to date: applies the migrations that it has not seen, in order, all in one transaction, under an advisory
  /// lock, so that any number of instances may start at once. What was applied is kept in `schema_migrations` of the schema.
  /// The schema must exist and belong to the role; migrations run with it as the only `search_path`. Migrations that a newer version
  /// of the program applied are let be.
  /// Throws `PostgresError` of kind `.migration`, naming the migration, when the versions are not 1, 2, 3, …, when one that was applied
  /// has since been changed, or when one fails; nothing is changed then.
  public func migrate(schema: String, migrations: [Migration]) async throws {
    for (index, migration) in migrations.enumerated() where migration.version != index + 1 {
      throw PostgresError(
        .migration, "\(migration.label(in: schema)) stands where number \(index + 1) should: migrations are numbered without gaps")
    }
    try await transaction { transaction in
      // The lock's key is the schema's name, in a space of its own.
      _ = try await transaction.pipeline([
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SELECT pg_advisory_xact_lock(\(0x4C4F_4445 as Int32), hashtext(\(schema)))",
        "SET LOCAL search_path = \(identifier: schema)",
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          version bigint PRIMARY KEY,
          name text NOT NULL,
          checksum text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
        """,
      ])
      let applied = try await transaction.fetch(AppliedMigrations())
      let checksums = try await transaction.fetch(Checksums(texts: migrations.map(\.sql)))
      for (migration, checksum) in zip(migrations, checksums) {
        if let earlier = applied.first(where: { $0.version == migration.version }) {
          guard earlier.checksum == checksum else {
            throw PostgresError(
              .migration, "\(migration.label(in: schema)) was changed after it had been applied; add a new migration instead")
          }
        } else if let later = applied.first(where: { $0.version > migration.version }) {
          throw PostgresError(
            .migration, "\(migration.label(in: schema)) was never applied, but number \(later.version) (\(later.name)) was")
        } else {
          try await apply(migration, checksum, schema, transaction)
        }
      }
    }
  }

  private func apply(_ migration: Migration, _ checksum: String, _ schema: String, _ transaction: Transaction) async throws {
    do {
      try await transaction.runScript(migration.sql)
    } catch let error as PostgresError where error.kind == .server || error.kind == .misuse {
      var named = error
      named.kind = .migration
      let line = error.position.map { " (line \(migration.line(ofCharacter: $0)))" } ?? ""
      named.message = "\(migration.label(in: schema))\(line): \(error.message)"
      throw named
    }
    _ = try await transaction.pipeline([
      "SET LOCAL search_path = \(identifier: schema)",
      """
      INSERT INTO schema_migrations (version, name, checksum) VALUES (\(migration.version), \(migration.name), \(checksum))
      """,
    ])
  }
}

extension Migration {
  func label(in schema: String) -> String {
    let digits = String(version)
    return "migration \(schema)/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)_\(name)"
  }

  func line(ofCharacter position: Int) -> Int {
    sql.unicodeScalars.prefix(position - 1).count { $0 == "\n" } + 1
  }
}

private struct AppliedMigrations: Query {
  struct Applied: Sendable {
    var version: Int
    var name: String
    var checksum: String
  }

  var statement: Statement { "SELECT version, name, checksum FROM schema_migrations ORDER BY version" }

  static func decode(_ row: Row) throws -> Applied {
    Applied(version: try row.decode("version"), name: try row.decode("name"), checksum: try row.decode("checksum"))
  }
}

/// PostgreSQL's own SHA-256, so that this room needs no other library.
private struct Checksums: Query {
  var texts: [String]

  var statement: Statement {
    """
    SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex') AS checksum
    FROM unnest(\(texts)) WITH ORDINALITY AS migration (text, place) ORDER BY place
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode("checksum") }
}
