/// A set of methods under one name. Generated protocols refine it.
public protocol RPCService: Sendable {
  /// "lodestar.metrics.v1.MetricGovernance"
  static var serviceName: String { get }
  var methods: [RPCMethod] { get }
}
