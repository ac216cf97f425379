public import Wire

/// A set of methods under one name. Generated protocols refine it.
public protocol RPCService: Sendable {
  /// "lodestar.metrics.v1.MetricGovernance"
  static var serviceName: String { get }
  var methods: [RPCMethod] { get }
  /// The .proto files that reflection serves for it.
  static var files: [WireFile] { get }
}

extension RPCService {
  /// None, for a service written by hand.
  public static var files: [WireFile] { [] }
}
