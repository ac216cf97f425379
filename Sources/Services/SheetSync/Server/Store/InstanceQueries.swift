import Messages
import Postgres

/// Says that this program is alive, for a while.
struct RenewLease {
  var instance: String
  var seconds: Int

  var statement: Statement {
    """
    INSERT INTO instances (instance, lease_until) VALUES (\(instance), now() + make_interval(secs => \(Double(seconds))))
    ON CONFLICT (instance) DO UPDATE SET lease_until = excluded.lease_until
    """
  }
}

/// The programs that actions say they are done by, and whether each has renewed its lease.
struct BusyInstances: Query {
  struct Instance: Sendable {
    var name: String
    var hasLease: Bool
  }

  var statement: Statement {
    """
    SELECT DISTINCT instance, EXISTS (
      SELECT 1 FROM instances WHERE instances.instance = action_runs.instance AND lease_until > now()) AS has_lease
    FROM action_runs WHERE status = 1
    """
  }

  static func decode(_ row: Row) throws -> Instance {
    Instance(name: try row.decode("instance"), hasLease: try row.decode("has_lease"))
  }
}

/// Actions that say they are done by these programs.
struct RunningActionRuns: Query {
  var instances: [String]

  var statement: Statement {
    """
    SELECT \(ActionRunRow.columns) FROM action_runs WHERE status = 1 AND instance = ANY(\(instances))
    ORDER BY started_at FOR UPDATE SKIP LOCKED
    """
  }

  static func decode(_ row: Row) throws -> ActionRun { try ActionRunRow.decode(row) }
}

/// Names of programs that have been dead for long are forgotten.
struct ForgetDeadInstances {
  var statement: Statement { "DELETE FROM instances WHERE lease_until < now() - interval '1 day'" }
}
