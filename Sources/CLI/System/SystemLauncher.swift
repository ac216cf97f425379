import Glibc
import LocalSystem
import Reactor

/// Starts and stops the private system of one state directory.
struct SystemLauncher: Sendable {
  static let secondsUntilServing = 60

  let layout: SystemLayout
  let session: Session

  /// Starts what is not running and waits until every service says that it is serving.
  /// - Parameters:
  ///   - wanted: how the services shall speak; nil leaves it as it is, and is TLS for a new system.
  ///   - report: told of each step.
  func up(_ wanted: SystemTransport? = nil, report: (String) -> Void) async throws -> SystemRecord {
    try Self.requirePrograms(in: SystemLayout.programs)
    try Files.makeDirectory(layout.logs)
    let lock = try StateLock(layout)
    defer { lock.release() }
    let isNew = !Files.exists(layout.cluster)
    report(isNew ? "making a private PostgreSQL cluster in \(layout.cluster)" : "starting PostgreSQL, if it is down")
    let cluster = try PrivateCluster(directory: layout.cluster, durability: .durable)
    try cluster.start()
    try Provisioning.apply(to: cluster)
    try Provisioning.fillWarehouse(of: cluster) { () throws(LocalSystemError) in
      report("filling an example warehouse")
      return try Self.exampleWarehouse()
    }

    let former = try SystemRecord.read(layout)
    var record = former ?? SystemRecord()
    record.transport = wanted ?? record.transport
    if record.transport == .tls {
      if !Files.exists(layout.certificates) { report("making a private authority and certificates in \(layout.certificates)") }
      try SystemCertificates(layout).prepare()
    }
    try PolicyFile(layout).prepare(report: report)
    let running = Set(record.services.filter(\.process.isRunning).map(\.kind))
    let plan = try LaunchPlan(
      recorded: Dictionary(record.services.map { ($0.kind, $0.address) }) { $1 }, running: running,
      keepsTransport: record.transport == former?.transport, isFree: Self.isFree,
      freeAddresses: { try LoopbackPort.free(count: $0).map { .ip(host: "127.0.0.1", port: $0) } })
    for kind in plan.stop { record.service(kind)?.process.stop() }
    for kind in plan.start {
      report("starting \(kind.program)")
      let process = try spawn(kind, cluster: cluster, plan.addresses, record.transport)
      record.services.removeAll { $0.kind == kind }
      record.services.append(.init(kind: kind, address: plan.addresses[kind]!, process: process))
      try record.write(layout)
    }
    for service in record.services {
      try await waitUntilServing(service, record.endpoint(at: service.address, layout), report: report)
    }
    return record
  }

  /// Stops the services and the cluster; what is not running stays as it is. Answers whether anything ran.
  func down(report: (String) -> Void) throws -> Bool {
    guard Files.exists(layout.state) else { return false }
    let lock = try StateLock(layout)
    defer { lock.release() }
    var stopped = false
    for service in (try SystemRecord.read(layout) ?? SystemRecord()).services.reversed() where service.process.isRunning {
      report("stopping \(service.kind.program)")
      service.process.stop()
      stopped = true
    }
    guard Files.exists(layout.cluster) else { return stopped }
    let cluster = try PrivateCluster(directory: layout.cluster, durability: .durable)
    if cluster.process != nil {
      report("stopping PostgreSQL")
      try cluster.stop()
      stopped = true
    }
    return stopped
  }

  private static func requirePrograms(in folder: String) throws {
    let missing = ServiceKind.allCases.map(\.program).filter { !Files.isExecutable("\(folder)/\($0)") }
    guard missing.isEmpty else {
      throw Failure(
        .unreachable, "\(missing.joined(separator: ", ")) should be beside lodestar in \(folder)",
        mend: "`make build` builds all of them")
    }
  }

  private static func isFree(_ address: SocketAddress) -> Bool {
    guard case .ip(_, let port) = address else { return false }
    return LoopbackPort.isFree(port)
  }

  private func spawn(
    _ kind: ServiceKind, cluster: PrivateCluster, _ addresses: [ServiceKind: SocketAddress], _ transport: SystemTransport
  ) throws -> ProcessIdentity {
    var program = Spawn("\(SystemLayout.programs)/\(kind.program)")
    program.environment = [
      "LODESTAR_LISTEN": addresses[kind]!.description, "LODESTAR_DATABASE_URL": try cluster.connectionString(role: kind.role),
    ]
    for (other, address) in addresses where other != kind { program.environment[other.addressVariable] = address.description }
    if transport == .tls { program.environment.merge(SystemCertificates(layout).variables(of: kind)) { $1 } }
    if kind == .metrics {
      program.environment["LODESTAR_JOURNAL"] = layout.usage
      program.environment["LODESTAR_POLICY"] = layout.policy
      program.environment["LODESTAR_WAREHOUSE_URL"] = try cluster.connectionString(
        role: Provisioning.warehouseReader, database: Provisioning.warehouse)
    }
    program.log = layout.log(of: kind)
    program.isDetached = true
    return try program.start()
  }

  /// As SQL; the service knows how its formulas become relations.
  private static func exampleWarehouse() throws(LocalSystemError) -> String {
    let program = "\(SystemLayout.programs)/\(ServiceKind.metrics.program)"
    let (status, output) = try Spawn(program, ["example-warehouse"]).run()
    guard status == 0 else { throw LocalSystemError("\(program) does not tell the example warehouse: \(output)") }
    return output
  }

  private func waitUntilServing(
    _ service: SystemRecord.Service, _ endpoint: ServiceEndpoint, report: (String) -> Void
  ) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(Self.secondsUntilServing))
    var health = Health.unreachable
    repeat {
      health = await session.health(of: service.kind, at: endpoint)
      if health == .serving {
        report("\(service.kind.program) serves at \(service.address)")
        return
      }
      guard service.process.isRunning else {
        throw Failure(
          .unreachable, "\(service.kind.program) ended instead of serving\(lastWords(of: service.kind))", mend: logMend(service))
      }
      try await Task.sleep(for: .milliseconds(50))
    } while ContinuousClock.now < end
    throw Failure(
      .unreachable, "\(service.kind.program) is \(health.word) after \(Self.secondsUntilServing) s\(lastWords(of: service.kind))",
      mend: logMend(service))
  }

  private func lastWords(of kind: ServiceKind) -> String {
    LogFile(layout.log(of: kind)).lastLines(1).first.map { ": \($0)" } ?? ""
  }

  private func logMend(_ service: SystemRecord.Service) -> String {
    "`lodestar logs \(service.kind.rawValue)` shows all that it said"
  }
}
