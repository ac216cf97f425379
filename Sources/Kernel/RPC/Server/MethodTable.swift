import Glibc

/// The methods of a server by their paths, found by the bytes of the wire: an open-addressing table that is at most half full.
struct MethodTable: Sendable {
  private let slots: [ServedMethod?]
  private let services: Set<String>

  init(_ services: [any RPCService]) {
    let methods = services.flatMap(\.methods)
    precondition(Set(methods.map(\.path)).count == methods.count, "two services offer the same method")
    var count = 16
    while count < 2 * methods.count { count *= 2 }
    var slots = [ServedMethod?](repeating: nil, count: count)
    for method in methods.map({ ServedMethod($0) }) {
      var slot = method.key & (count - 1)
      while slots[slot] != nil { slot = (slot + 1) & (count - 1) }
      slots[slot] = method
    }
    self.slots = slots
    self.services = Set(services.map { type(of: $0).serviceName })
  }

  subscript(path: UnsafeBufferPointer<UInt8>) -> ServedMethod? {
    var slot = unsafe Self.key(path) & (slots.count - 1)
    while let method = slots[slot] {
      if unsafe method.hasPath(path) { return method }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The length and the last eight bytes, mixed: enough to tell methods apart, and cheaper than hashing the whole.
  fileprivate static func key(_ path: some BidirectionalCollection<UInt8>) -> Int {
    let key = path.suffix(8).reduce(UInt64(truncatingIfNeeded: path.count)) { $0 &* 31 &+ UInt64($1) }
    return Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 40)
  }

  /// Says to a caller what is not there: the service, or its method.
  func explanation(ofMissing path: String) -> String {
    let parts = path.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return "The path \"\(path)\" names no method." }
    return services.contains(String(parts[0]))
      ? "The service \(parts[0]) has no method \"\(parts[1])\"." : "There is no service \"\(parts[0])\" here."
  }
}

/// A method as calls hold it: one reference instead of a path and a handler each.
final class ServedMethod: Sendable {
  let path: String
  private let pathBytes: [UInt8]
  /// What tells it from most others without looking at the whole path.
  let key: Int
  /// Nil when nobody serves it: a call that is refused has a method as well.
  let shape: RPCMethod.Shape?
  /// The handler of a method with one message each way.
  let unary: RPCMethod.UnaryHandler?
  let streamsRequests: Bool
  let isEndless: Bool

  init(_ method: RPCMethod) {
    path = method.path
    pathBytes = Array(method.path.utf8)
    key = MethodTable.key(method.path.utf8)
    shape = method.shape
    if case .unary(let handler) = method.shape { unary = handler } else { unary = nil }
    streamsRequests = method.streamsRequests
    isEndless = method.isEndless
  }

  /// A method that nobody serves.
  init(unserved path: String) {
    self.path = path
    pathBytes = []
    key = MethodTable.key(path.utf8)
    shape = nil
    unary = nil
    streamsRequests = false
    isEndless = false
  }

  /// What a call is refused as whose path is of no interest.
  static let unnamed = ServedMethod(unserved: "")

  fileprivate func hasPath(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe pathBytes.withUnsafeBufferPointer { own in
      unsafe own.count == other.count && memcmp(own.baseAddress!, other.baseAddress!, own.count) == 0
    }
  }
}
