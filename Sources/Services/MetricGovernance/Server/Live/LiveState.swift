import MetricGovernanceDomain

/// Everything that this instance knows of the registry at one revision.
struct LiveState: Sendable {
  /// The metrics' keys; a key's number is the metric's place in `metrics`.
  private var keys: ByteIndex
  private(set) var metrics: [LiveMetric?]
  /// The numbers of the metrics that are there, in the order of their keys.
  private(set) var inOrder: [UInt32] = []
  /// Tenant, zero byte, dashboard.
  private var dashboards: ByteIndex
  private var pins: PinTable
  var revision: Int64 = 0
  /// Which registry all this is of.
  var registryID = ""
  /// When the database was last asked and said that there is nothing newer, by ``SteadyTime``.
  var confirmedAt: Int64 = 0
  /// What the database's clock showed then, less ``SteadyTime``.
  var clockOffset: Int64 = 0

  init(metrics metricCount: Int = 0, pins pinCount: Int = 0) {
    keys = ByteIndex(capacity: metricCount)
    metrics = []
    metrics.reserveCapacity(metricCount)
    inOrder.reserveCapacity(metricCount)
    dashboards = ByteIndex(capacity: pinCount)
    pins = PinTable(capacity: pinCount)
  }

  // MARK: Reading

  /// The metric of that key and the version that the dashboard is pinned to (0 for none).
  ///
  /// - Parameter dashboard: tenant, zero byte, dashboard; nil where no pin may decide.
  func find(key: UnsafeRawBufferPointer, dashboard: UnsafeRawBufferPointer?) -> (metric: LiveMetric, pin: Int32)? {
    guard let number = unsafe keys.find(key, hash: ByteHash.of(key)), let metric = metrics[number] else { return nil }
    guard let dashboard = unsafe dashboard, let place = unsafe dashboards.find(dashboard, hash: ByteHash.of(dashboard)) else {
      return (metric, 0)
    }
    return (metric, pins.version(dashboard: place, metric: number))
  }

  func metric(_ key: String) -> LiveMetric? {
    var key = key
    return key.withUTF8 { unsafe find(key: UnsafeRawBufferPointer($0), dashboard: nil)?.metric }
  }

  // MARK: Changing

  mutating func set(_ metric: LiveMetric) {
    let number = number(ofKey: metric.key.text)
    if metrics[number] == nil { inOrder.insert(UInt32(number), at: place(of: metric.key)) }
    metrics[number] = metric
  }

  /// Takes a metric that comes behind all that are there, as when they are read in order.
  mutating func append(_ metric: LiveMetric) {
    let number = number(ofKey: metric.key.text)
    metrics[number] = metric
    inOrder.append(UInt32(number))
  }

  /// PostgreSQL's order of bytes and Swift's of strings are the same for keys, which are ASCII; this holds it, should they ever differ.
  mutating func sortIfNeeded() {
    let isSorted = zip(inOrder, inOrder.dropFirst()).allSatisfy { metrics[Int($0)]!.key < metrics[Int($1)]!.key }
    if !isSorted { inOrder.sort { metrics[Int($0)]!.key < metrics[Int($1)]!.key } }
  }

  var pinCount: Int {
    var count = 0
    pins.forEach { _, _, _ in count += 1 }
    return count
  }

  /// Where the key is, or would be, in `inOrder`.
  func place(of key: MetricKey) -> Int {
    var low = 0
    var high = inOrder.count
    while low < high {
      let middle = (low + high) / 2
      if metrics[Int(inOrder[middle])]!.key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// - Parameter version: nil removes the pin.
  mutating func setPin(tenant: String, dashboard: String, metric: String, version: Int32?) {
    var place = Array(tenant.utf8)
    place.append(0)
    place.append(contentsOf: dashboard.utf8)
    setPin(place: place, metric: metric, version: version ?? 0)
  }

  /// - Parameters:
  ///   - place: tenant, zero byte, dashboard.
  ///   - version: 0 removes the pin.
  mutating func setPin(place: [UInt8], metric: String, version: Int32) {
    let metric = number(ofKey: metric)
    let number = unsafe place.withUnsafeBytes { unsafe dashboards.insert($0, hash: ByteHash.of($0)) }
    pins.set(dashboard: number, metric: metric, version: version)
  }

  /// A pin may be read before its metric is.
  private mutating func number(ofKey key: String) -> Int {
    var key = key
    let number = key.withUTF8 { utf8 in
      let text = UnsafeRawBufferPointer(utf8)
      return unsafe keys.insert(text, hash: ByteHash.of(text))
    }
    if number == metrics.count { metrics.append(nil) }
    return number
  }

  /// Everything in words, for comparing what was followed with what was read anew.
  var outline: [String] {
    var lines = inOrder.map { number in "\(metrics[Int(number)]!.key): \(metrics[Int(number)]!.detail)" }
    var pinned: [String] = []
    pins.forEach { dashboard, metric, version in
      pinned.append(
        "\(String(decoding: dashboards[dashboard], as: UTF8.self)) \(String(decoding: keys[metric], as: UTF8.self)) v\(version)")
    }
    lines += pinned.sorted()
    return lines
  }
}
