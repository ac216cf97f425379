import MetricGovernanceDomain

/// What a use is counted under: a version, who used it and on which day. In memory and in journals it is bytes: version and day as four
/// bytes each, then the metric's key, tenant and dashboard, with a zero byte between.
struct UseKey: Hashable, Comparable, Sendable {
  static let longestTextBytes = 256
  static let prefixBytes = 8
  static let longestBytes = prefixBytes + MetricKey.longest + 1 + longestTextBytes + 1 + longestTextBytes

  var metric: String
  var version: Int32
  /// Days since 1970-01-01 in UTC.
  var day: Int32
  var tenant: String
  var dashboard: String

  init(metric: String, version: Int32, day: Int32, tenant: String, dashboard: String) {
    self.metric = metric
    self.version = version
    self.day = day
    self.tenant = tenant
    self.dashboard = dashboard
  }

  /// Nil for bytes that are none, as a power cut may leave them.
  init?(bytes: some RandomAccessCollection<UInt8>) {
    guard (Self.prefixBytes...Self.longestBytes).contains(bytes.count) else { return nil }
    func number(_ offset: Int) -> Int32 {
      (0..<4).reduce(0) { number, place in
        number | Int32(bitPattern: UInt32(bytes[bytes.index(bytes.startIndex, offsetBy: offset + place)]) << UInt32(8 * place))
      }
    }
    let texts = bytes.dropFirst(Self.prefixBytes).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map {
      String(validating: $0, as: UTF8.self)
    }
    guard texts.count == 3, let metric = texts[0], let tenant = texts[1], let dashboard = texts[2], MetricKey(metric) != nil,
      !dashboard.utf8.contains(0), number(0) > 0
    else { return nil }
    self.init(metric: metric, version: number(0), day: number(4), tenant: tenant, dashboard: dashboard)
  }

  /// The order of metric_usage's primary key: two instances that add to the same rows lock them in the same order.
  static func < (one: UseKey, other: UseKey) -> Bool {
    (one.metric, one.version, one.day, one.tenant, one.dashboard)
      < (other.metric, other.version, other.day, other.tenant, other.dashboard)
  }
}

/// How often, and when last.
struct UseCount: Hashable, Sendable {
  var queries: Int64
  var firstSeen: Instant
  var lastSeen: Instant

  mutating func add(_ other: UseCount) {
    queries += other.queries
    firstSeen = min(firstSeen, other.firstSeen)
    lastSeen = max(lastSeen, other.lastSeen)
  }
}

/// Uses added up by their keys' bytes: no object for each, nothing decoded before it is written to the database.
struct UseTally: Sendable {
  private var keys = ByteIndex()
  private var counts: [UseCount] = []

  var isEmpty: Bool { counts.isEmpty }
  var count: Int { counts.count }

  mutating func add(_ key: UnsafeRawBufferPointer, at moment: Instant) {
    let number = unsafe keys.insert(key, hash: ByteHash.of(key))
    if number == counts.count {
      counts.append(UseCount(queries: 1, firstSeen: moment, lastSeen: moment))
    } else {
      counts[number].queries += 1
      if moment > counts[number].lastSeen { counts[number].lastSeen = moment }
    }
  }

  /// Everything, by keys that can be read; others are left out.
  var uses: [UseKey: UseCount] {
    var uses: [UseKey: UseCount] = [:]
    uses.reserveCapacity(counts.count)
    for number in counts.indices {
      if let key = UseKey(bytes: keys[number]) { uses[key] = counts[number] }
    }
    return uses
  }
}
