import Postgres

/// Takes the next place in an account's line; answers the seconds until its turn. `next_at` is when a call would come if none had been
/// saved up: it moves on by one interval for each call, and calls may be ahead of it by the burst. The clock is the database's, the
/// same for all programs.
struct TakeQuotaPlace: Query {
  var account: String
  var kind: QuotaKind
  var terms: QuotaTerms

  var statement: Statement {
    let interval = terms.intervalSeconds
    let ahead = interval * Double(terms.burst - 1)
    return """
      INSERT INTO google_quota AS quota (account, kind, next_at)
      VALUES (\(account), \(kind.rawValue), clock_timestamp() + make_interval(secs => \(interval)))
      ON CONFLICT (account, kind) DO UPDATE
      SET next_at = greatest(quota.next_at, clock_timestamp()) + make_interval(secs => \(interval))
      RETURNING extract(epoch FROM next_at - clock_timestamp())::double precision - \(interval) - \(ahead)
      """
  }

  static func decode(_ row: Row) throws -> Double { try row.decode(0) }
}

/// Moves an account's line back, so that the next call comes no earlier than after a pause.
struct PauseQuota: Query {
  var account: String
  var kind: QuotaKind
  var terms: QuotaTerms
  var seconds: Double

  var statement: Statement {
    let ahead = terms.intervalSeconds * Double(terms.burst - 1)
    return """
      UPDATE google_quota SET next_at = greatest(next_at, clock_timestamp() + make_interval(secs => \(seconds + ahead)))
      WHERE account = \(account) AND kind = \(kind.rawValue)
      RETURNING extract(epoch FROM next_at - clock_timestamp())::double precision
      """
  }

  static func decode(_ row: Row) throws -> Double { try row.decode(0) }
}

/// The seconds until the turn of the next call.
struct QuotaWait: Query {
  var account: String
  var kind: QuotaKind
  var terms: QuotaTerms

  var statement: Statement {
    """
    SELECT extract(epoch FROM next_at - clock_timestamp())::double precision - \(terms.intervalSeconds * Double(terms.burst - 1))
    FROM google_quota WHERE account = \(account) AND kind = \(kind.rawValue)
    """
  }

  static func decode(_ row: Row) throws -> Double { try row.decode(0) }
}
