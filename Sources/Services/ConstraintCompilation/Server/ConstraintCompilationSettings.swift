import ConstraintCompilationDomain
import Runtime

/// What can be set about the service, beside what every service is told.
struct ConstraintCompilationSettings: Equatable, Sendable {
  /// LODESTAR_COMPILER_CHAIN_CHECKS: whether a metric chain with an unknown metric, a circle and the like is stored with a warning
  /// (warn, unless set) or is an error on its row (error).
  var chainChecks = ChainChecks.warn

  init() {}

  /// Throws what is wrong and what would be right.
  init(variables: [String: String]) throws(ServiceEnvironmentError) {
    let name = "LODESTAR_COMPILER_CHAIN_CHECKS"
    guard let text = variables[name], !text.isEmpty else { return }
    guard let checks = ChainChecks(rawValue: text) else {
      let words = ChainChecks.allCases.map(\.rawValue).joined(separator: " or ")
      throw ServiceEnvironmentError("\(name) has \"\(text)\"; right would be \(words)")
    }
    chainChecks = checks
  }
}
