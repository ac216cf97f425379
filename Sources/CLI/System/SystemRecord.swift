import LocalSystem
import Reactor
import Wire

/// What `up` left running, so that later commands find it.
struct SystemRecord: Sendable, Equatable {
  struct Service: Sendable, Equatable {
    var kind: ServiceKind
    var address: SocketAddress
    var process: ProcessIdentity
  }

  var services: [Service] = []
  /// How the services speak; a record that does not say so is of a time before TLS.
  var transport = SystemTransport.tls

  func service(_ kind: ServiceKind) -> Service? {
    services.first { $0.kind == kind }
  }

  /// How a service of the record is reached, in the name of a person; nil when it is not in it.
  func endpoint(of kind: ServiceKind, _ layout: SystemLayout, as person: Person? = nil) throws -> ServiceEndpoint? {
    try service(kind).map { try endpoint(at: $0.address, layout, as: person) }
  }

  /// - Parameter person: nil is the one at this terminal.
  func endpoint(at address: SocketAddress, _ layout: SystemLayout, as person: Person? = nil) throws -> ServiceEndpoint {
    switch transport {
    case .tls: ServiceEndpoint(address: address, security: try SystemCertificates(layout).channelSecurity(of: person))
    case .cleartext: ServiceEndpoint(address: address, security: nil, principal: (person ?? .atThisTerminal).principal)
    }
  }

  /// Nil when there is none.
  static func read(_ layout: SystemLayout) throws -> SystemRecord? {
    guard let text = try Files.read(layout.record) else { return nil }
    guard let json = try? JSONValue(parsing: text), let record = SystemRecord(json) else {
      throw Failure(
        .unreachable, "\(layout.record) cannot be understood", mend: "remove that file, then `lodestar up` starts the services anew"
      )
    }
    return record
  }

  func write(_ layout: SystemLayout) throws {
    try Files.write(json.text(pretty: true) + "\n", to: layout.record)
  }

  init(services: [Service] = [], transport: SystemTransport = .tls) {
    self.services = services
    self.transport = transport
  }

  init?(_ json: JSONValue) {
    guard let entries = json["services"]?.arrayValue,
      let transport = SystemTransport(rawValue: json["transport"]?.stringValue ?? SystemTransport.cleartext.rawValue)
    else { return nil }
    self.transport = transport
    for entry in entries {
      guard let name = entry["name"]?.stringValue, let kind = ServiceKind.allCases.first(where: { $0.program == name }),
        let address = entry["address"]?.stringValue.flatMap(SocketAddress.init),
        let id = entry["pid"]?.int64Value.flatMap(Int32.init(exactly:)),
        let ticks = entry["startTicks"]?.stringValue.flatMap({ UInt64($0) })
      else { return nil }
      services.append(Service(kind: kind, address: address, process: ProcessIdentity(id: id, startTicks: ticks)))
    }
  }

  var json: JSONValue {
    let entries = services.map { service -> JSONValue in
      [
        "name": .string(service.kind.program), "address": .string(service.address.description),
        "pid": .number(JSONNumber(service.process.id)), "startTicks": .string(String(service.process.startTicks)),
      ]
    }
    return ["transport": .string(transport.rawValue), "services": .array(entries)]
  }
}
