/// What is wrong with a service configuration, and where: "methodConfig[0].retryPolicy.maxAttempts: wants a whole number of at least 2".
public struct ServiceConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// "methodConfig[0].timeout"; empty for the whole.
  public var place: String
  public var reason: String

  public var description: String {
    place.isEmpty ? "The service configuration \(reason)." : "The service configuration's \(place) \(reason)."
  }
}
