/// How a channel treats the methods of its service (gRPC's "service config"): timeouts, retries, hedging, balancing.
public struct ServiceConfiguration: Sendable, Equatable {
  /// Which methods a configuration is for: one, all of a service, or all.
  public struct Name: Sendable, Hashable {
    /// "lodestar.metrics.v1.MetricGovernance"; empty for every service.
    public var service: String
    /// "SaveMetricsConfig"; empty for every method.
    public var method: String

    public init(service: String = "", method: String = "") {
      self.service = service
      self.method = method
    }
  }

  public var methods: [Name: MethodConfiguration] = [:]
  public var retryThrottling: RetryThrottling?
  public var loadBalancing = LoadBalancing.pickFirst(shuffles: false)
  public var outlierDetection: OutlierDetection?
  /// The service whose health is watched (grpc.health.v1) on each connection; nil watches nothing, "" watches the whole server's.
  public var healthCheckService: String?

  public init() {}

  /// What holds for a method, the most exact name first. `path` is "/service/method".
  func method(at path: String) -> MethodConfiguration? {
    guard !methods.isEmpty else { return nil }
    let parts = path.split(separator: "/", maxSplits: 1)
    if parts.count == 2 {
      let service = String(parts[0])
      if let exact = methods[Name(service: service, method: String(parts[1]))] ?? methods[Name(service: service)] { return exact }
    }
    return methods[Name()]
  }
}

/// What holds for some methods.
public struct MethodConfiguration: Sendable, Equatable {
  /// How long a call may take; the caller's own timeout counts when it is shorter.
  public var timeout: Duration?
  public var waitsForReady: Bool?
  public var maximumRequestBytes: Int?
  public var maximumAnswerBytes: Int?
  public var repetition: Repetition?

  /// When a call is sent more than once.
  public enum Repetition: Sendable, Equatable {
    case retry(RetryPolicy)
    case hedge(HedgingPolicy)
  }

  public init() {}
}

/// Sends a failed call again.
public struct RetryPolicy: Sendable, Equatable {
  /// The first attempt counts too; more than five are five.
  public var maximumAttempts: Int
  public var initialBackoff: Duration
  public var maximumBackoff: Duration
  public var multiplier: Double
  public var retryableCodes: Set<StatusCode>

  public init(
    maximumAttempts: Int, initialBackoff: Duration, maximumBackoff: Duration, multiplier: Double, retryableCodes: Set<StatusCode>
  ) {
    self.maximumAttempts = min(maximumAttempts, Self.mostAttempts)
    self.initialBackoff = initialBackoff
    self.maximumBackoff = maximumBackoff
    self.multiplier = multiplier
    self.retryableCodes = retryableCodes
  }

  static let mostAttempts = 5
}

/// Sends a call several times at once and takes the first answer: only for methods that may be executed more than once.
public struct HedgingPolicy: Sendable, Equatable {
  /// The first attempt counts too; more than five are five.
  public var maximumAttempts: Int
  public var delay: Duration
  /// After one of these the next attempt goes at once; any other failure ends the call.
  public var nonFatalCodes: Set<StatusCode>

  public init(maximumAttempts: Int, delay: Duration, nonFatalCodes: Set<StatusCode>) {
    self.maximumAttempts = min(maximumAttempts, RetryPolicy.mostAttempts)
    self.delay = delay
    self.nonFatalCodes = nonFatalCodes
  }
}

/// Stops retries and hedges while too many calls fail.
public struct RetryThrottling: Sendable, Equatable {
  /// A failure takes one token; while half of them or less are left nothing is sent again.
  public var maximumTokens: Int
  /// What a success gives back.
  public var tokenRatio: Double

  public init(maximumTokens: Int, tokenRatio: Double) {
    self.maximumTokens = maximumTokens
    self.tokenRatio = tokenRatio
  }
}
