public import Wire

extension ServiceConfiguration {
  /// Reads gRPC's JSON form of a service config. Members that no rule here knows are passed over, as gRPC's document asks; those that it
  /// knows have to be right.
  public init(json text: String) throws(ServiceConfigurationError) {
    let value: JSONValue
    do throws(JSONParseError) { value = try JSONValue(parsing: text) } catch {
      throw ServiceConfigurationError(place: "", reason: "is not JSON: \(error)")
    }
    try self.init(json: value)
  }

  /// Reads gRPC's JSON form of a service config, parsed already.
  public init(json value: JSONValue) throws(ServiceConfigurationError) {
    self.init()
    let whole = ConfigurationReader(value)
    _ = try whole.object()
    if let list = whole["methodConfig"] { try readMethods(list) }
    if let throttling = whole["retryThrottling"] {
      retryThrottling = RetryThrottling(
        maximumTokens: try throttling.required("maxTokens").integer(in: 1...1000),
        tokenRatio: try Self.tokenRatio(throttling.required("tokenRatio")))
    }
    if let policies = whole["loadBalancingConfig"] {
      try readBalancing(policies)
    } else if let name = whole["loadBalancingPolicy"] {
      try readOldBalancing(name)
    }
    if let health = whole["healthCheckConfig"] { healthCheckService = try health["serviceName"]?.string() }
  }

  /// Three decimals count (gRPC A6).
  private static func tokenRatio(_ reader: ConfigurationReader) throws(ServiceConfigurationError) -> Double {
    let thousandths = (try reader.positiveNumber() * 1000).rounded(.down)
    guard thousandths >= 1 else { throw reader.error("has to be 0.001 at least") }
    return thousandths / 1000
  }

  // MARK: Methods

  private mutating func readMethods(_ list: ConfigurationReader) throws(ServiceConfigurationError) {
    for reader in try list.elements() {
      let configuration = try Self.method(reader)
      for entry in try reader["name"]?.elements() ?? [] {
        _ = try entry.object()
        let name = Name(service: try entry["service"]?.string() ?? "", method: try entry["method"]?.string() ?? "")
        guard !name.service.isEmpty || name.method.isEmpty else { throw entry.error("names a method without its service") }
        guard methods[name] == nil else { throw entry.error("is named twice") }
        methods[name] = configuration
      }
    }
  }

  private static func method(_ reader: ConfigurationReader) throws(ServiceConfigurationError) -> MethodConfiguration {
    _ = try reader.object()
    var method = MethodConfiguration()
    method.timeout = try reader["timeout"]?.duration()
    method.waitsForReady = try reader["waitForReady"]?.bool()
    method.maximumRequestBytes = try reader["maxRequestMessageBytes"]?.integer(in: 0...Int(UInt32.max))
    method.maximumAnswerBytes = try reader["maxResponseMessageBytes"]?.integer(in: 0...Int(UInt32.max))
    if let retry = reader["retryPolicy"] {
      guard reader["hedgingPolicy"] == nil else {
        throw reader.error("has a retryPolicy and a hedgingPolicy; one of them is allowed")
      }
      method.repetition = .retry(
        RetryPolicy(
          maximumAttempts: try retry.required("maxAttempts").integer(in: 2...Int.max),
          initialBackoff: try retry.required("initialBackoff").duration(positive: true),
          maximumBackoff: try retry.required("maxBackoff").duration(positive: true),
          multiplier: try retry.required("backoffMultiplier").positiveNumber(),
          retryableCodes: try retry.required("retryableStatusCodes").codes()))
    } else if let hedging = reader["hedgingPolicy"] {
      method.repetition = .hedge(
        HedgingPolicy(
          maximumAttempts: try hedging.required("maxAttempts").integer(in: 2...Int.max),
          delay: try hedging["hedgingDelay"]?.duration() ?? .zero,
          nonFatalCodes: try hedging["nonFatalStatusCodes"].map { reader throws(ServiceConfigurationError) in
            try reader.elements().isEmpty ? [] : try reader.codes()
          } ?? []))
    }
    return method
  }

  // MARK: Balancing

  /// The first policy that is known here counts; each entry has one name.
  private mutating func readBalancing(_ list: ConfigurationReader) throws(ServiceConfigurationError) {
    var unknown: [String] = []
    for entry in try list.elements() {
      let members = try entry.object().members
      guard members.count == 1 else { throw entry.error("has to have one policy's name as its only member") }
      let name = members[0].name
      let settings = ConfigurationReader(members[0].value, at: "\(entry.place).\(name)")
      switch name {
      case "pick_first":
        loadBalancing = .pickFirst(shuffles: try settings["shuffleAddressList"]?.bool() ?? false)
      case "round_robin":
        loadBalancing = .roundRobin
      case "least_request", "least_request_experimental":
        loadBalancing = .leastRequest(choices: min(10, try settings["choiceCount"]?.integer(in: 2...Int.max) ?? 2))
      case "outlier_detection", "outlier_detection_experimental":
        outlierDetection = try Self.outlierDetection(settings)
        try readBalancing(settings.required("childPolicy"))
      default:
        unknown.append(name)
        continue
      }
      return
    }
    throw list.error(
      "names no policy that is known here (\(unknown.joined(separator: ", "))): right would be pick_first, round_robin, least_request or "
        + "outlier_detection")
  }

  private mutating func readOldBalancing(_ name: ConfigurationReader) throws(ServiceConfigurationError) {
    switch try name.string().lowercased() {
    case "pick_first": loadBalancing = .pickFirst(shuffles: false)
    case "round_robin": loadBalancing = .roundRobin
    default: throw name.error("has to be \"pick_first\" or \"round_robin\"")
    }
  }

  private static func outlierDetection(_ reader: ConfigurationReader) throws(ServiceConfigurationError) -> OutlierDetection {
    var settings = OutlierDetection()
    settings.interval = try reader["interval"]?.duration(positive: true) ?? settings.interval
    settings.baseEjectionTime = try reader["baseEjectionTime"]?.duration() ?? settings.baseEjectionTime
    settings.maximumEjectionTime = try reader["maxEjectionTime"]?.duration() ?? settings.maximumEjectionTime
    settings.maximumEjectionPercentage =
      try reader["maxEjectionPercent"]?.integer(in: 0...100) ?? settings.maximumEjectionPercentage
    if let rate = reader["successRateEjection"] {
      var rule = OutlierDetection.SuccessRate()
      rule.deviationFactor = Double(try rate["stdevFactor"]?.integer(in: 0...Int(UInt32.max)) ?? 1900) / 1000
      rule.enforcementPercentage = try rate["enforcementPercentage"]?.integer(in: 0...100) ?? rule.enforcementPercentage
      rule.minimumHosts = try rate["minimumHosts"]?.integer(in: 0...Int(UInt32.max)) ?? rule.minimumHosts
      rule.requestVolume = try rate["requestVolume"]?.integer(in: 0...Int(UInt32.max)) ?? rule.requestVolume
      settings.successRate = rule
    }
    if let failures = reader["failurePercentageEjection"] {
      var rule = OutlierDetection.FailurePercentage()
      rule.threshold = try failures["threshold"]?.integer(in: 0...100) ?? rule.threshold
      rule.enforcementPercentage = try failures["enforcementPercentage"]?.integer(in: 0...100) ?? rule.enforcementPercentage
      rule.minimumHosts = try failures["minimumHosts"]?.integer(in: 0...Int(UInt32.max)) ?? rule.minimumHosts
      rule.requestVolume = try failures["requestVolume"]?.integer(in: 0...Int(UInt32.max)) ?? rule.requestVolume
      settings.failurePercentage = rule
    }
    return settings
  }
}
