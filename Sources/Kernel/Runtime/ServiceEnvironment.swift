import Glibc
public import Logging
public import RPC
public import Reactor

/// What a service is told from outside, all of it through variables named LODESTAR_…
public struct ServiceEnvironment: Sendable {
  /// LODESTAR_LISTEN: where the service listens; several are separated by commas. Default: a free port of 127.0.0.1.
  public let listenAddresses: [SocketAddress]
  /// LODESTAR_DATABASE_URL: what libpq takes to reach the service's own schema. Required.
  public let databaseURL: String
  /// LODESTAR_LOG_LEVEL: trace, debug, info (default), notice, warning, error or critical.
  public let logLevel: Logger.Level
  /// LODESTAR_LOOPS: how many event loops. Default: one per core, at most 4.
  public let loopCount: Int
  /// LODESTAR_TLS_CERTIFICATE, LODESTAR_TLS_KEY: PEM files with what the service shows, to those who call it and to those it calls.
  /// LODESTAR_TLS_AUTHORITY: whose certificates it takes; default: those that the machine trusts. LODESTAR_TLS_CLIENTS: whether callers
  /// have to show one: required (default with an authority), optional or none. Without these variables all is in clear text.
  public let security: ServiceSecurity?
  private let peers: [Peer: SocketAddress]

  /// Another service of ours.
  public enum Peer: String, Sendable, CaseIterable {
    case metrics = "LODESTAR_METRICS_ADDRESS"
    case compiler = "LODESTAR_COMPILER_ADDRESS"
    case optimizer = "LODESTAR_OPTIMIZER_ADDRESS"
  }

  /// Reads the given variables, the process' own unless told otherwise. Every problem is answered at once.
  public init(variables: [String: String] = ServiceEnvironment.processVariables(), needing needed: [Peer] = [])
    throws(ServiceEnvironmentError)
  {
    var problems: [String] = []
    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    func address(_ text: some StringProtocol, of name: String) -> SocketAddress? {
      if let address = SocketAddress(String(text)) { return address }
      problems.append("\(name) has \"\(text)\", which is no address; right would be 127.0.0.1:5001 or unix:/run/lodestar.sock")
      return nil
    }

    listenAddresses = (value("LODESTAR_LISTEN") ?? "127.0.0.1:0").split(separator: ",").compactMap {
      address($0, of: "LODESTAR_LISTEN")
    }
    databaseURL = value("LODESTAR_DATABASE_URL") ?? ""
    if databaseURL.isEmpty {
      problems.append("LODESTAR_DATABASE_URL is not set; right would be \"host=/run/postgresql dbname=lodestar user=… password=…\"")
    }
    let level = value("LODESTAR_LOG_LEVEL") ?? "info"
    logLevel = Logger.Level(rawValue: level.lowercased()) ?? .info
    if Logger.Level(rawValue: level.lowercased()) == nil {
      let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      problems.append("LODESTAR_LOG_LEVEL has \"\(level)\"; right would be one of \(known)")
    }
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let loops = value("LODESTAR_LOOPS") ?? "\(min(4, cores))"
    loopCount = Int(loops) ?? 1
    if !(1...256).contains(Int(loops) ?? 0) {
      problems.append("LODESTAR_LOOPS has \"\(loops)\"; right would be a whole number from 1 to 256")
    }
    var peers: [Peer: SocketAddress] = [:]
    for peer in Peer.allCases {
      if let text = value(peer.rawValue) {
        peers[peer] = address(text, of: peer.rawValue)
      } else if needed.contains(peer) {
        problems.append("\(peer.rawValue) is not set; right would be the address of that service, like 127.0.0.1:5001")
      }
    }
    self.peers = peers
    security = ServiceSecurity.read(value, problems: &problems)
    if !problems.isEmpty { throw ServiceEnvironmentError(problems: problems) }
  }

  /// The address of a service that was named under `needing`.
  public func address(of peer: Peer) -> SocketAddress {
    guard let address = peers[peer] else { preconditionFailure("\(peer.rawValue) was not asked for when the environment was read") }
    return address
  }

  /// What a channel to another service begins with.
  public var channelConfiguration: RPCChannelConfiguration {
    var configuration = RPCChannelConfiguration()
    configuration.security = security?.channel
    return configuration
  }

  /// This process' own variables.
  public static func processVariables() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let pointer = unsafe entry.pointee {
      let text = unsafe String(cString: pointer)
      if let equals = text.firstIndex(of: "=") { variables[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
      unsafe entry += 1
    }
    return variables
  }
}

/// Variables that are missing or wrong: each problem says which, what was there, and what would be right.
public struct ServiceEnvironmentError: Error, Sendable, Equatable, CustomStringConvertible {
  public let problems: [String]

  public init(problems: [String]) { self.problems = problems }
  public init(_ problem: String) { self.init(problems: [problem]) }

  public var description: String { problems.joined(separator: "\n") }
}
