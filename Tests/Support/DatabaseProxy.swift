import LocalSystem
public import Postgres
import Reactor

extension TestDatabase {
  /// A proxy between clients of this database and its server, and the address through it.
  public func makeProxy() throws -> (proxy: FaultProxy, configuration: @Sendable (TestRole) throws -> DatabaseConfiguration) {
    let directory = try Scratch.directory("proxy")
    let socket = ".s.PGSQL.\(cluster.cluster.port)"
    let own = cluster.cluster.socketDirectory
    let proxy = try FaultProxy(listening: .unix(path: "\(directory)/\(socket)"), upstream: .unix(path: "\(own)/\(socket)"))
    return (proxy, { role in try DatabaseConfiguration(url: url(role) + " host=\(directory)") })
  }
}
