public import Postgres

/// A table whose rows are work: each is claimed by one worker at a time through a lease that ends when the worker stops renewing it.
///
/// The table has, beside its own columns, `lease_epoch bigint NOT NULL DEFAULT 0`, `lease_worker text` and `lease_until timestamptz`. Every
/// claim adds one to the epoch; a write of a worker carries the epoch it was given, so that one that lost its lease writes zero rows.
/// All times are PostgreSQL's own.
public struct LeasedTable: Sendable {
  /// The table's name, in the search path.
  public let name: String
  /// Its text primary key.
  public let key: String
  /// Which rows are work still to be done, as SQL over the table's columns; not a claim's condition on leases.
  public let isDue: Statement
  /// What comes first, as SQL.
  public let order: Statement

  public init(name: String, key: String, isDue: Statement, order: Statement) {
    self.name = name
    self.key = key
    self.isDue = isDue
    self.order = order
  }

  /// Takes the first due row that nobody holds; one row (key, epoch, and whether another worker had it before), or none.
  func claim(worker: String, lease: Duration) -> Statement {
    // MATERIALIZED keeps the planner from running the locking SELECT more than once.
    """
    WITH next AS MATERIALIZED (
      SELECT \(identifier: key) AS claimed FROM \(identifier: name)
      WHERE (\(isDue)) AND (lease_until IS NULL OR lease_until < clock_timestamp())
      ORDER BY \(order) LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE \(identifier: name) SET lease_epoch = lease_epoch + 1, lease_worker = \(worker),
      lease_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
    FROM next WHERE \(identifier: key) = next.claimed
    RETURNING \(identifier: key) AS claimed_key, lease_epoch
    """
  }

  /// Prolongs a lease; no row when it is lost.
  func renew(_ lease: Lease, for duration: Duration) -> Statement {
    """
    UPDATE \(identifier: name) SET lease_until = clock_timestamp() + make_interval(secs => \(duration.seconds))
    WHERE \(lease.fence) RETURNING lease_epoch
    """
  }

  /// Gives the row back: it is claimed again at once if it is still due.
  func release(_ lease: Lease) -> Statement {
    "UPDATE \(identifier: name) SET lease_until = NULL, lease_worker = NULL WHERE \(lease.fence)"
  }
}

/// A claim on one row.
public struct Lease: Sendable, Equatable {
  public let table: String
  public let keyColumn: String
  public let key: String
  public let epoch: Int64

  /// The condition that every write about the row carries: true only while this claim is the newest.
  public var fence: Statement {
    "\(identifier: table).\(identifier: keyColumn) = \(key) AND \(identifier: table).lease_epoch = \(epoch)"
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
