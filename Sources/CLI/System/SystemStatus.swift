import LocalSystem
import Reactor
import Wire

/// What of a private system runs, and how it is.
struct SystemStatus: Sendable, Equatable {
  struct Part: Sendable, Equatable {
    var name: String
    var address: String
    /// Nil when it does not run.
    var process: Int32?
    var residentBytes: Int
    var health: Health
  }

  var state: String
  var transport = SystemTransport.tls
  var database: Part
  var services: [Part]

  var isServing: Bool { (services + [database]).allSatisfy { $0.health == .serving } }

  /// Asks every service at once.
  static func gather(_ layout: SystemLayout, _ session: Session) async throws -> SystemStatus {
    let record = try SystemRecord.read(layout) ?? SystemRecord()
    let healths = await withTaskGroup(of: (ServiceKind, Health).self) { group in
      for service in record.services where service.process.isRunning {
        // Certificates that cannot be read leave a service as unreachable as one that does not answer.
        guard let endpoint = try? record.endpoint(at: service.address, layout) else { continue }
        group.addTask { (service.kind, await session.health(of: service.kind, at: endpoint)) }
      }
      var healths: [ServiceKind: Health] = [:]
      for await (kind, health) in group { healths[kind] = health }
      return healths
    }
    let services = ServiceKind.allCases.map { kind in
      let service = record.service(kind)
      let isRunning = service?.process.isRunning == true
      return Part(
        name: kind.program, address: service?.address.description ?? "", process: isRunning ? service?.process.id : nil,
        residentBytes: service?.process.residentBytes ?? 0, health: healths[kind] ?? .unreachable)
    }
    return SystemStatus(state: layout.state, transport: record.transport, database: try database(layout), services: services)
  }

  private static func database(_ layout: SystemLayout) throws -> Part {
    guard Files.exists(layout.cluster) else {
      return Part(name: "postgres", address: "", process: nil, residentBytes: 0, health: .unreachable)
    }
    let cluster = try PrivateCluster(directory: layout.cluster, durability: .durable)
    let process = cluster.process
    return Part(
      name: "postgres", address: "unix:\(cluster.socketDirectory)", process: process?.id,
      residentBytes: process?.residentBytes ?? 0,
      health: process == nil ? .unreachable : .serving)
  }

  var table: Table {
    var table = Table(.text("Program"), .text("Health"), .text("Address"), .number("Pid"), .number("Memory"))
    for part in services + [database] {
      let isRunning = part.process != nil
      table.add(
        Cell(part.name, .bold), Cell(isRunning ? part.health.word : "down", isRunning ? part.health.ink : .bad), Cell(part.address),
        Cell(part.process.map(String.init) ?? "-"), Cell(isRunning ? Quantity.size(bytes: Int64(part.residentBytes)) : "-"))
    }
    return table
  }

  var json: JSONValue {
    [
      "state": .string(state), "transport": .string(transport.rawValue), "serving": .bool(isServing),
      "database": Self.json(database),
      "services": .array(services.map(Self.json)),
    ]
  }

  private static func json(_ part: Part) -> JSONValue {
    var members: [(String, JSONValue)] = [("name", .string(part.name)), ("address", .string(part.address))]
    if let process = part.process { members.append(("pid", .number(JSONNumber(process)))) }
    members.append(("health", .string(part.process == nil ? "DOWN" : part.health.word)))
    members.append(("residentBytes", .number(JSONNumber(part.residentBytes))))
    return .object(JSONObject(members))
  }
}
