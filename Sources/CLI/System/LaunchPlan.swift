import Reactor

/// Which services to stop and to start, worked out before anything is touched. Ports stay what they were from one start to the
/// next, for the services know each other by them; when one was taken by somebody else meanwhile, all move.
struct LaunchPlan: Equatable {
  var addresses: [ServiceKind: SocketAddress] = [:]
  var stop: [ServiceKind] = []
  var start: [ServiceKind] = []

  /// - Parameters:
  ///   - recorded: the addresses that the system had when it was last up.
  ///   - running: the services that run now.
  ///   - keepsTransport: whether the services go on speaking as those that run do; if not, none of them can stay.
  ///   - isFree: whether nobody listens on an address.
  ///   - freeAddresses: that many new ones.
  init(
    recorded: [ServiceKind: SocketAddress], running: Set<ServiceKind>, keepsTransport: Bool = true, isFree: (SocketAddress) -> Bool,
    freeAddresses: (Int) throws -> [SocketAddress]
  ) throws {
    let homeless = ServiceKind.allCases.filter { kind in
      guard let address = recorded[kind] else { return true }
      return !running.contains(kind) && !isFree(address)
    }
    addresses =
      homeless.isEmpty
      ? recorded : Dictionary(uniqueKeysWithValues: zip(ServiceKind.allCases, try freeAddresses(ServiceKind.allCases.count)))
    if homeless.isEmpty && keepsTransport {
      start = ServiceKind.allCases.filter { !running.contains($0) }
    } else {
      stop = ServiceKind.allCases.reversed().filter(running.contains)
      start = ServiceKind.allCases
    }
  }
}
