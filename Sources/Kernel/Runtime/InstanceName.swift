import Glibc

/// What one running copy of a service is called in logs, leases and runs: "lodestar-optimizer@host.4711".
public enum InstanceName {
  /// The name of this process as a copy of the service; "unknown" stands for a host without a name.
  public static func current(of service: String) -> String {
    var name = [CChar](repeating: 0, count: 256)
    let known = unsafe gethostname(&name, name.count - 1) == 0
    let host = known ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "unknown"
    return "\(service)@\(host).\(getpid())"
  }
}
