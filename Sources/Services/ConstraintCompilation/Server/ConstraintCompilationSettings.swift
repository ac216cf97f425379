import ConstraintCompilationDomain
import Runtime

/// What can be set about the service, beside what every service is told.
struct ConstraintCompilationSettings: Equatable, Sendable {
  /// LODESTAR_COMPILER_CHAIN_CHECKS: whether a metric chain with an unknown metric, a circle and the like is stored with a warning
  /// (warn, unless set) or is an error on its row (error).
  var chainChecks = ChainChecks.warn
  /// LODESTAR_COMPILER_TARGET_LEVELS: whether a target for a supporting KPI is an error on its row (strategic, unless set) or is stored
  /// with a warning (all).
  var targetLevels = TargetLevels.strategic

  init() {}

  /// Throws what is wrong and what would be right.
  init(variables: [String: String]) throws(ServiceEnvironmentError) {
    /// One of the words; nil where nothing is set.
    func word<Word: CaseIterable & RawRepresentable<String>>(_ name: String) throws(ServiceEnvironmentError) -> Word? {
      guard let text = variables[name], !text.isEmpty else { return nil }
      guard let word = Word(rawValue: text) else {
        let words = Word.allCases.map(\.rawValue).joined(separator: " or ")
        throw ServiceEnvironmentError("\(name) has \"\(text)\"; right would be \(words)")
      }
      return word
    }
    if let checks: ChainChecks = try word("LODESTAR_COMPILER_CHAIN_CHECKS") { chainChecks = checks }
    if let levels: TargetLevels = try word("LODESTAR_COMPILER_TARGET_LEVELS") { targetLevels = levels }
  }
}
