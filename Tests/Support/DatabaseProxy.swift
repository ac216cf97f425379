import LocalSystem
public import Postgres
import Reactor

extension TestDatabase {
  /// A proxy between clients of this database and its server, and the address through it.
  public func makeProxy() throws -> (proxy: FaultProxy, configuration: @Sendable (TestRole) throws -> DatabaseConfiguration) {
    let (proxy, directory) = try cluster.cluster.makeProxy()
    return (proxy, { role in try DatabaseConfiguration(url: url(role) + " host=\(directory)") })
  }
}

extension PrivateCluster {
  /// A proxy between clients and this server, and the directory of its socket, which a client names as its host.
  func makeProxy() throws -> (proxy: FaultProxy, directory: String) {
    let directory = try Scratch.directory("proxy")
    let socket = ".s.PGSQL.\(port)"
    let proxy = try FaultProxy(
      listening: .unix(path: "\(directory)/\(socket)"), upstream: .unix(path: "\(socketDirectory)/\(socket)"))
    return (proxy, directory)
  }
}
