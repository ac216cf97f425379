/// When an address that fails more than its like is left out for a while (gRPC A50). Percentages are 0...100.
public struct OutlierDetection: Sendable, Equatable {
  /// Compares each address's rate of successes with that of all.
  public struct SuccessRate: Sendable, Equatable {
    /// An address is out when its rate is below the mean less this many standard deviations.
    public var deviationFactor = 1.9
    /// How likely an outlier is really left out.
    public var enforcementPercentage = 100
    /// How many addresses with enough calls there have to be.
    public var minimumHosts = 5
    /// How many calls of an interval are enough.
    public var requestVolume = 100

    public init() {}
  }

  /// Judges each address by its own failures.
  public struct FailurePercentage: Sendable, Equatable {
    /// An address is out when more than this part of its calls fails.
    public var threshold = 85
    public var enforcementPercentage = 100
    public var minimumHosts = 5
    public var requestVolume = 50

    public init() {}
  }

  public var interval = Duration.seconds(10)
  /// How long an address is out the first time; the second time twice as long, and so on.
  public var baseEjectionTime = Duration.seconds(30)
  public var maximumEjectionTime = Duration.seconds(300)
  public var maximumEjectionPercentage = 10
  public var successRate: SuccessRate?
  public var failurePercentage: FailurePercentage?

  public init() {}
}
