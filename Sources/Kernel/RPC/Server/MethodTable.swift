/// The methods of a server by their paths.
struct MethodTable: Sendable {
  private let methods: [String: RPCMethod]
  private let services: Set<String>

  init(_ services: [any RPCService]) {
    var methods: [String: RPCMethod] = [:]
    for service in services {
      for method in service.methods {
        precondition(methods[method.path] == nil, "two services offer \(method.path)")
        methods[method.path] = method
      }
    }
    self.methods = methods
    self.services = Set(services.map { type(of: $0).serviceName })
  }

  subscript(path: String) -> RPCMethod? { methods[path] }

  /// Says to a caller what is not there: the service, or its method.
  func explanation(ofMissing path: String) -> String {
    let parts = path.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return "The path \"\(path)\" names no method." }
    return services.contains(String(parts[0]))
      ? "The service \(parts[0]) has no method \"\(parts[1])\"." : "There is no service \"\(parts[0])\" here."
  }
}
