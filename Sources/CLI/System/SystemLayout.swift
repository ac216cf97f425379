import LocalSystem

/// Where a private system keeps what it has: everything below one state directory.
struct SystemLayout: Sendable {
  let state: String

  init(state: String) {
    self.state = Files.absolute(state)
  }

  var cluster: String { state + "/postgres" }
  var logs: String { state + "/logs" }
  var certificates: String { state + "/tls" }
  /// Who may do what with metrics.
  var policy: String { state + "/policy.yaml" }
  /// What lodestar-metrics counted and has not stored yet.
  var usage: String { state + "/usage" }
  var record: String { state + "/system.json" }
  var lock: String { state + "/lock" }

  func log(of service: ServiceKind) -> String { "\(logs)/\(service.program).log" }

  /// The folder of this program: the services' executables are in it as well.
  static var programs: String {
    Files.directory(of: Files.absolute("/proc/self/exe"))
  }
}
