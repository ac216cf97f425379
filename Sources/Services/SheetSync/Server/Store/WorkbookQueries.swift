import Postgres

/// Remembers that a workbook was used.
struct BindWorkbook {
  var path: String
  var actor: String

  var statement: Statement {
    """
    INSERT INTO workbook_bindings (workbook_path, last_actor) VALUES (\(path), \(actor))
    ON CONFLICT (workbook_path) DO UPDATE SET last_used_at = now(), last_actor = excluded.last_actor
    """
  }
}

/// Remembers what a tab's headers look like, and gives what they looked like before; no row the first time.
struct ExchangeFingerprint: Query {
  var path: String
  var tab: String
  var fingerprint: String

  var statement: Statement {
    """
    WITH before AS (SELECT fingerprint FROM header_fingerprints WHERE workbook_path = \(path) AND tab = \(tab)),
    now_seen AS (
      INSERT INTO header_fingerprints (workbook_path, tab, fingerprint) VALUES (\(path), \(tab), \(fingerprint))
      ON CONFLICT (workbook_path, tab) DO UPDATE SET fingerprint = excluded.fingerprint, seen_at = now())
    SELECT fingerprint FROM before
    """
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

/// What a tab's headers looked like at the last save; no row before the first.
struct FingerprintOfTab: Query {
  var path: String
  var tab: String

  var statement: Statement {
    "SELECT fingerprint FROM header_fingerprints WHERE workbook_path = \(path) AND tab = \(tab)"
  }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}
