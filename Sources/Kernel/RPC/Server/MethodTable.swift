/// The methods of a server by their paths, found by the bytes of the wire.
struct MethodTable: Sendable {
  private let methods: [UInt64: [RPCMethod]]
  private let services: Set<String>

  init(_ services: [any RPCService]) {
    var methods: [UInt64: [RPCMethod]] = [:]
    var paths: Set<String> = []
    for method in services.flatMap(\.methods) {
      precondition(paths.insert(method.path).inserted, "two services offer \(method.path)")
      methods[Self.key(Array(method.path.utf8)[...]), default: []].append(method)
    }
    self.methods = methods
    self.services = Set(services.map { type(of: $0).serviceName })
  }

  subscript(path: ArraySlice<UInt8>) -> RPCMethod? {
    methods[Self.key(path)]?.first { $0.path.utf8.elementsEqual(path) }
  }

  /// The length and the last seven bytes: enough to tell methods apart, and cheaper than hashing the whole.
  private static func key(_ path: ArraySlice<UInt8>) -> UInt64 {
    path.suffix(7).reduce(UInt64(truncatingIfNeeded: path.count)) { $0 << 8 | UInt64($1) }
  }

  /// Says to a caller what is not there: the service, or its method.
  func explanation(ofMissing path: String) -> String {
    let parts = path.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return "The path \"\(path)\" names no method." }
    return services.contains(String(parts[0]))
      ? "The service \(parts[0]) has no method \"\(parts[1])\"." : "There is no service \"\(parts[0])\" here."
  }
}
