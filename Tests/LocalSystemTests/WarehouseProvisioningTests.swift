import LocalSystem
import Testing

@Suite struct WarehouseProvisioningTests {
  @Test func `the warehouse is filled once, whole or not at all, and its reader may only read it`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    defer { try? cluster.stop() }
    try cluster.start(withLifeline: true)
    try Provisioning.apply(to: cluster)
    let script = "BEGIN; CREATE SCHEMA warehouse; CREATE TABLE warehouse.facts AS SELECT 7 AS n; COMMIT;"
    #expect(throws: LocalSystemError.self) {
      try Provisioning.fillWarehouse(of: cluster) { "BEGIN; CREATE SCHEMA warehouse; SELECT 1 / 0; COMMIT;" }
    }
    var asked = 0
    for _ in 1...2 {
      try Provisioning.fillWarehouse(of: cluster) {
        asked += 1
        return script
      }
    }
    #expect(asked == 1, "what is there is not asked for again")
    func read(_ sql: String, _ database: String = Provisioning.warehouse) throws -> String {
      try cluster.administer("SET ROLE \(Provisioning.warehouseReader); \(sql)", database: database)
    }
    #expect(try read("SELECT n FROM warehouse.facts;") == "7\n")
    for statement in ["INSERT INTO warehouse.facts VALUES (8);", "CREATE TABLE warehouse.mine (id int);", "CREATE SCHEMA mine;"] {
      #expect(throws: LocalSystemError.self) { try read(statement) }
    }
    #expect(throws: LocalSystemError.self) { try read("SELECT * FROM metrics.anything;", Provisioning.database) }
  }

  @Test func `a password file of before there was a warehouse gets the role that it lacks`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    let cluster = try PrivateCluster(directory: directory, durability: .disposable)
    let kept = try cluster.passwords.password(of: "lodestar_metrics")
    let lines = try #require(try Files.read("\(directory)/passwords")).split(separator: "\n")
    try Files.write(
      lines.filter { !$0.hasPrefix(Provisioning.warehouseReader) }.joined(separator: "\n") + "\n", to: "\(directory)/passwords")
    let reopened = try PrivateCluster(directory: directory, durability: .disposable)
    let new = try reopened.passwords.password(of: Provisioning.warehouseReader)
    #expect(new.count >= 24)
    #expect(try reopened.passwords.password(of: "lodestar_metrics") == kept)
    let again = try PrivateCluster(directory: directory, durability: .disposable)
    #expect(try again.passwords.password(of: Provisioning.warehouseReader) == new, "it was written down")
  }
}
