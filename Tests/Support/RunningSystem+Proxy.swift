import Foundation
import LocalSystem
import Reactor

extension RunningService {
  /// For those who end it.
  public var processID: Int32 { process.id }
}

extension RunningSystem {
  /// A proxy to the system's database for one of its services, by its short name, and the environment that this service is to be started
  /// with to go through it.
  public func behindProxy(_ service: String) throws -> (proxy: FaultProxy, environment: [String: String]) {
    let cluster = try self.cluster()
    let (proxy, directory) = try cluster.makeProxy()
    let certificates = state.appendingPathComponent("tls").path
    var environment = [
      "LODESTAR_DATABASE_URL": try cluster.connectionString(role: "lodestar_\(service)") + " host=\(directory)",
      "LODESTAR_LISTEN": try address(of: service),
      "LODESTAR_TLS_CERTIFICATE": "\(certificates)/lodestar-\(service).pem",
      "LODESTAR_TLS_KEY": "\(certificates)/lodestar-\(service).key", "LODESTAR_TLS_AUTHORITY": "\(certificates)/authority.pem",
    ]
    for other in ["metrics", "compiler", "optimizer", "sync"] where other != service {
      environment["LODESTAR_\(other.uppercased())_ADDRESS"] = try address(of: other)
    }
    return (proxy, environment)
  }

  /// Starts a service whose own process has ended at its address, and waits until it listens.
  public func startByHand(_ service: String, _ environment: [String: String]) throws -> RunningService {
    let running = try RunningService("lodestar-\(service)", environment: environment)
    guard let address = environment["LODESTAR_LISTEN"].flatMap(SocketAddress.init) else {
      throw Failure(description: "LODESTAR_LISTEN is no address")
    }
    try running.waitUntilListening(at: address)
    return running
  }
}
