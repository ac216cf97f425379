/// The database, and per service one role that owns one schema and sees no other.
public enum Provisioning {
  public static let database = "lodestar"

  public struct Context: Sendable {
    public let role: String
    public let schema: String
  }

  public static let contexts: [Context] = [
    Context(role: "lodestar_metrics", schema: "metrics"),
    Context(role: "lodestar_sync", schema: "sync"),
    Context(role: "lodestar_compiler", schema: "constraints"),
    Context(role: "lodestar_optimizer", schema: "optimizer"),
  ]

  /// Makes the roles, the database and the schemas that are missing; safe to repeat.
  public static func apply(to cluster: PrivateCluster, database: String = Provisioning.database) throws(LocalSystemError) {
    var roles = ""
    for context in contexts {
      let password = try cluster.passwords.password(of: context.role)
      roles += """
        DO $$ BEGIN CREATE ROLE \(context.role) LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER ROLE \(context.role) PASSWORD '\(password)' NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;

        """
    }
    try cluster.administer(roles)
    let found = try cluster.administer("SELECT 1 FROM pg_database WHERE datname = '\(database)';")
    if found.isEmpty { try cluster.administer("CREATE DATABASE \(database);") }
    try cluster.administer(privileges(on: database), database: database)
  }

  /// What each role may do in a database: connect, and all in its own schema. CREATE DATABASE … TEMPLATE does not copy the first
  /// two lines, so a database made from a template needs them again.
  public static func privileges(on database: String) -> String {
    var sql = """
      REVOKE ALL ON DATABASE \(database) FROM PUBLIC;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;

      """
    for context in contexts {
      sql += """
        GRANT CONNECT ON DATABASE \(database) TO \(context.role);
        CREATE SCHEMA IF NOT EXISTS \(context.schema) AUTHORIZATION \(context.role);
        REVOKE ALL ON SCHEMA \(context.schema) FROM PUBLIC;
        ALTER ROLE \(context.role) IN DATABASE \(database) SET search_path = \(context.schema);

        """
    }
    return sql
  }
}
