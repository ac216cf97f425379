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

  /// Where the example warehouse is: a database by itself, so that who reads it cannot see the services' own.
  public static let warehouse = "lodestar_warehouse"
  /// Reads the example warehouse and does nothing else.
  public static let warehouseReader = "lodestar_warehouse_reader"

  /// Every role that has a password beside the administrator.
  static let roles = contexts.map(\.role) + [warehouseReader]

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

  /// Makes the example warehouse in a database of its own, when it is not there yet, and a role that may only read it.
  /// - Parameter script: the SQL that makes the schema `warehouse` with all that is in it, all or nothing; asked for when it is needed.
  public static func fillWarehouse(of cluster: PrivateCluster, script: () throws(LocalSystemError) -> String)
    throws(LocalSystemError)
  {
    let password = try cluster.passwords.password(of: warehouseReader)
    try cluster.administer(
      """
      DO $$ BEGIN CREATE ROLE \(warehouseReader) LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      ALTER ROLE \(warehouseReader) PASSWORD '\(password)' NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 20;
      """)
    let found = try cluster.administer("SELECT 1 FROM pg_database WHERE datname = '\(warehouse)';")
    if found.isEmpty { try cluster.administer("CREATE DATABASE \(warehouse);") }
    let schema = try cluster.administer("SELECT 1 FROM pg_namespace WHERE nspname = 'warehouse';", database: warehouse)
    if schema.isEmpty { try cluster.administer(try script(), database: warehouse) }
    try cluster.administer(
      """
      REVOKE ALL ON DATABASE \(warehouse) FROM PUBLIC;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;
      GRANT CONNECT ON DATABASE \(warehouse) TO \(warehouseReader);
      GRANT USAGE ON SCHEMA warehouse TO \(warehouseReader);
      GRANT SELECT ON ALL TABLES IN SCHEMA warehouse TO \(warehouseReader);
      ALTER ROLE \(warehouseReader) IN DATABASE \(warehouse) SET search_path = warehouse;
      ALTER ROLE \(warehouseReader) IN DATABASE \(warehouse) SET default_transaction_read_only = on;
      """, database: warehouse)
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
