import LocalSystem
import Testing

@Suite struct PrivateClusterTests {
  @Test func `a cluster starts, is provisioned twice without harm, and stops`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    defer { try? cluster.stop() }
    let server = try cluster.start(withLifeline: true)
    #expect(try cluster.start() == server, "starting a running cluster changes nothing")
    try Provisioning.apply(to: cluster)
    try Provisioning.apply(to: cluster)
    let schemas = try cluster.administer(
      "SELECT nspname || ':' || pg_get_userbyid(nspowner) FROM pg_namespace ORDER BY 1;", database: Provisioning.database)
    for context in Provisioning.contexts { #expect(schemas.contains("\(context.schema):\(context.role)")) }

    let reopened = try PrivateCluster(directory: directory, durability: .disposable)
    #expect(reopened.process == server)
    try cluster.stop()
    #expect(!server.isRunning)
    #expect(reopened.process == nil)
  }

  @Test func `passwords are long, different, for their owner's eyes only, and kept`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    let (_, mode) = try Spawn("/usr/bin/stat", ["-c", "%a", "\(directory)/passwords"]).run()
    #expect(mode == "600\n")
    let roles = [PrivateCluster.administrator] + Provisioning.contexts.map(\.role)
    let passwords = try roles.map { try cluster.passwords.password(of: $0) }
    #expect(Set(passwords).count == roles.count)
    #expect(passwords.allSatisfy { $0.count >= 24 })
    let reopened = try PrivateCluster(directory: directory, durability: .disposable)
    #expect(try roles.map { try reopened.passwords.password(of: $0) } == passwords)
    #expect(throws: LocalSystemError.self) { try cluster.passwords.password(of: "nobody") }
  }

  @Test func `a cluster that is to listen on loopback keeps its port`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let port = try LoopbackPort.free(count: 1)[0]
    let cluster = try PrivateCluster(directory: directory, durability: .disposable, loopbackPort: port)
    defer { try? cluster.stop() }
    try cluster.start(withLifeline: true)
    #expect(try PrivateCluster(directory: directory, durability: .disposable).port == port)
    #expect(try cluster.administer("SHOW listen_addresses;") == "127.0.0.1\n")
    #expect(try cluster.connectionString(role: "lodestar_sync").contains("port=\(port)"))
  }

  @Test func `each role is refused on every schema but its own`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    defer { try? cluster.stop() }
    try cluster.start(withLifeline: true)
    try Provisioning.apply(to: cluster)
    for owner in Provisioning.contexts {
      try cluster.administer(
        "SET ROLE \(owner.role); CREATE TABLE \(owner.schema).secrets (id int); INSERT INTO \(owner.schema).secrets VALUES (1);",
        database: Provisioning.database)
    }
    for role in Provisioning.contexts {
      for owner in Provisioning.contexts {
        for statement in ["SELECT * FROM \(owner.schema).secrets;", "CREATE TABLE \(owner.schema).mine_\(role.schema) (id int);"] {
          let mine = "SET ROLE \(role.role); " + statement
          if role.role == owner.role {
            #expect(throws: Never.self) { try cluster.administer(mine, database: Provisioning.database) }
          } else {
            let refusal = #expect(throws: LocalSystemError.self) { try cluster.administer(mine, database: Provisioning.database) }
            #expect(refusal?.message.contains("permission denied for schema \(owner.schema)") == true, "\(role.role): \(statement)")
          }
        }
      }
    }
  }

  @Test func `SQL that is wrong is an error that says so`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    defer { try? cluster.stop() }
    try cluster.start(withLifeline: true)
    let refusal = #expect(throws: LocalSystemError.self) { try cluster.administer("SELEC 1;") }
    #expect(refusal?.message.contains("SELEC") == true)
  }
}
