/// The four services, in the order in which they are started: each after those that it calls.
enum ServiceKind: String, CaseIterable, Sendable {
  case metrics, compiler, optimizer, sync

  /// The executable's name, which is also what people call the service.
  var program: String { "lodestar-\(rawValue)" }

  /// The PostgreSQL role that the service connects as.
  var role: String { "lodestar_\(rawValue)" }

  /// Where other programs look for its address.
  var addressVariable: String { "LODESTAR_\(rawValue.uppercased())_ADDRESS" }

  /// What health is asked for.
  var rpcName: String {
    switch self {
    case .metrics: "lodestar.metrics.v1.MetricGovernance"
    case .compiler: "lodestar.constraints.v1.ConstraintCompilation"
    case .optimizer: "lodestar.optimizer.v1.PortfolioOptimization"
    case .sync: "lodestar.sync.v1.SheetSync"
    }
  }
}
