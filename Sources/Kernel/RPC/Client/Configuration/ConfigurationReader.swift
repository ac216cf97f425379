import Wire

/// One value of a configuration with its place, for errors that say where they are. A value.
struct ConfigurationReader {
  let value: JSONValue
  let place: String

  init(_ value: JSONValue, at place: String = "") {
    self.value = value
    self.place = place
  }

  func error(_ reason: String) -> ServiceConfigurationError { ServiceConfigurationError(place: place, reason: reason) }

  // MARK: Steps

  /// The members of an object.
  func object() throws(ServiceConfigurationError) -> JSONObject {
    guard let object = value.objectValue else { throw error("has to be an object") }
    return object
  }

  /// A member that may be missing; null counts as missing.
  subscript(name: String) -> ConfigurationReader? {
    guard let member = value[name], member != .null else { return nil }
    return ConfigurationReader(member, at: place.isEmpty ? name : "\(place).\(name)")
  }

  func required(_ name: String) throws(ServiceConfigurationError) -> ConfigurationReader {
    guard let member = self[name] else { throw error("has to have a \(name)") }
    return member
  }

  func elements() throws(ServiceConfigurationError) -> [ConfigurationReader] {
    guard let array = value.arrayValue else { throw error("has to be an array") }
    return array.enumerated().map { ConfigurationReader($0.element, at: "\(place)[\($0.offset)]") }
  }

  // MARK: Leaves

  func string() throws(ServiceConfigurationError) -> String {
    guard let string = value.stringValue else { throw error("has to be a string") }
    return string
  }

  func bool() throws(ServiceConfigurationError) -> Bool {
    guard let bool = value.boolValue else { throw error("has to be true or false") }
    return bool
  }

  /// A whole number, also in quotation marks, as JSON writes 64-bit numbers.
  func integer(in range: ClosedRange<Int>) throws(ServiceConfigurationError) -> Int {
    let number = value.numberValue?.integer(as: Int.self) ?? value.stringValue.flatMap { Int($0) }
    guard let number, range.contains(number) else {
      throw error(
        range.upperBound == .max
          ? "has to be a whole number of at least \(range.lowerBound)"
          : "has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func positiveNumber() throws(ServiceConfigurationError) -> Double {
    guard let number = value.doubleValue, number > 0 else { throw error("has to be a number above 0") }
    return number
  }

  /// A duration as protobuf's JSON mapping writes it: "1.5s", at most nine decimals.
  func duration(positive: Bool = false) throws(ServiceConfigurationError) -> Duration {
    guard let text = value.stringValue, let duration = Self.duration(text) else {
      throw error("has to be a duration such as \"1.5s\"")
    }
    guard duration >= .zero, !positive || duration > .zero else {
      throw error(positive ? "has to be longer than 0s" : "must not be negative")
    }
    return duration
  }

  /// The longest that protobuf's Duration takes: about 10,000 years.
  private static let longestSeconds: Int64 = 315_576_000_000

  private static func duration(_ text: String) -> Duration? {
    guard text.hasSuffix("s") else { return nil }
    var digits = text.dropLast()
    let isNegative = digits.hasPrefix("-")
    if isNegative { digits = digits.dropFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    // gRPC's own examples leave the zero before the point away.
    guard !parts[0].isEmpty || !fraction.isEmpty, fraction.count <= 9, let seconds = Int64(parts[0].isEmpty ? "0" : parts[0]),
      seconds <= longestSeconds, let nanoseconds = Int64(fraction + String(repeating: "0", count: 9 - fraction.count))
    else { return nil }
    let duration = Duration.seconds(seconds) + .nanoseconds(nanoseconds)
    return isNegative ? .zero - duration : duration
  }

  /// Status codes by their names or numbers, at least one.
  func codes() throws(ServiceConfigurationError) -> Set<StatusCode> {
    var codes: Set<StatusCode> = []
    for element in try elements() {
      let named = element.value.stringValue.flatMap { name in
        StatusCode.allCases.first { $0.description == name.uppercased() || (name.uppercased() == "CANCELED" && $0 == .cancelled) }
      }
      guard let code = named ?? element.value.int64Value.flatMap({ StatusCode(rawValue: Int($0)) }) else {
        throw element.error("is no status code: right would be \"UNAVAILABLE\" or another of gRPC's 17")
      }
      codes.insert(code)
    }
    guard !codes.isEmpty else { throw error("has to name one status code at least") }
    return codes
  }
}
