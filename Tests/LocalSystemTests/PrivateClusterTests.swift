import Glibc
import LocalSystem
import Testing

private func temporaryDirectory() -> String { "/tmp/lodestar-test-\(getpid())-\(UInt64.random(in: 0..<(1 << 40)))" }

private func removeTree(_ path: String) { _ = try? Spawn("/bin/rm", ["-rf", path]).run() }

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

@Suite struct SpawnTests {
  private func ignoresTermination(_ id: Int32) -> Bool {
    let status = (try? Files.read("/proc/\(id)/status")) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") } ?? ""
    let mask = UInt64(line.dropFirst("SigIgn:".count).drop { $0 == "\t" }, radix: 16) ?? 0
    return mask & (1 << UInt64(SIGTERM - 1)) != 0
  }

  @Test func `a program's output and status come back`() throws {
    let (status, output) = try Spawn("/bin/sh", ["-c", "cat; echo to stderr >&2; exit 7"]).run(input: "héllo")
    #expect(status == 7)
    #expect(output == "hélloto stderr\n")
  }

  @Test func `a program begins in the directory it is given`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    try Files.makeDirectory(directory)
    var spawn = Spawn("/bin/pwd")
    spawn.workingDirectory = directory
    #expect(try spawn.run().output == directory + "\n")
    spawn.workingDirectory = directory + "/absent"
    let refusal = #expect(throws: LocalSystemError.self) { try spawn.run() }
    #expect(refusal?.message.contains("/absent") == true)
  }

  @Test func `a program that is not there is named`() {
    let refusal = #expect(throws: LocalSystemError.self) { try Spawn("/no/such/program").run() }
    #expect(refusal?.message.contains("/no/such/program") == true)
  }

  @Test func `a process is told apart from a later one with the same id`() throws {
    let process = try Spawn("/bin/sleep", ["60"]).start()
    #expect(process.isRunning)
    #expect(process.residentBytes > 0)
    #expect(!ProcessIdentity(id: process.id, startTicks: process.startTicks + 1).isRunning)
    #expect(!ProcessIdentity(id: process.id, startTicks: process.startTicks + 1).signal(SIGTERM))
    #expect(process.isRunning)
    #expect(process.stop())
    #expect(!process.isRunning)
  }

  @Test func `a process that ignores the request to end is ended by force`() throws {
    let process = try Spawn("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 0.05; done"]).start()
    // The trap must be set before the signal comes.
    while !ignoresTermination(process.id) { usleep(5_000) }
    #expect(!process.stop(graceSeconds: 1))
    #expect(!process.isRunning)
  }

  @Test func `a file is written whole, and a missing one is no error`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    try Files.makeDirectory("\(directory)/a/b")
    try Files.write("one", to: "\(directory)/a/b/f")
    try Files.write("two", to: "\(directory)/a/b/f", mode: 0o600)
    #expect(try Files.read("\(directory)/a/b/f") == "two")
    #expect(try Files.read("\(directory)/a/b/g") == nil)
    #expect(Files.names(in: "\(directory)/a/b") == ["f"])
    #expect(throws: LocalSystemError.self) { try Files.write("x", to: "\(directory)/a/b/f/g") }
  }

  @Test func `free ports are different and free`() throws {
    let ports = try LoopbackPort.free(count: 8)
    #expect(Set(ports).count == 8)
    #expect(ports.allSatisfy { $0 > 1023 })
  }
}
