/// The governed metrics that KPIs may be linked to, with where each version is in its life.
public struct LinkableMetrics: Equatable, Sendable {
  public struct Linkable: Equatable, Sendable {
    public var current: VersionNumber?
    public var statuses: [VersionNumber: VersionStatus]

    public init(current: VersionNumber? = nil, statuses: [VersionNumber: VersionStatus] = [:]) {
      self.current = current
      self.statuses = statuses
    }
  }

  public var metrics: [MetricKey: Linkable]

  public init(_ metrics: [MetricKey: Linkable] = [:]) { self.metrics = metrics }

  /// The key that a typed one is looked for as: "ROAS " means roas.
  public static func folded(_ typed: String) -> String { Spelling.word(typed) }
}

/// What a row's metric_key and metric_version come to: a version that is named for good, or why there is none.
struct MetricLink {
  /// Both empty when the row names no metric.
  private(set) var metricKey = ""
  private(set) var metricVersion = ""
  private(set) var severity = Severity.info
  private(set) var column = "metric_key"
  private(set) var code = ""
  /// Empty when there is nothing to say.
  private(set) var message = ""

  /// - Parameter stored: the KPI as it is stored, whose link stays what it was until somebody changes it.
  init(key typedKey: String, version typedVersion: String, stored: Kpi?, among linkable: LinkableMetrics) {
    read(typedKey, typedVersion, stored: stored, among: linkable)
  }

  private mutating func read(_ typedKey: String, _ typedVersion: String, stored: Kpi?, among linkable: LinkableMetrics) {
    let key = Spelling.trimmed(typedKey)
    let version = Spelling.word(typedVersion)
    guard !key.isEmpty else {
      guard !version.isEmpty else { return }
      return refuse(
        "metric_key", "version_without_metric",
        "metric_version \"\(version.prefix(60))\" stands without a metric_key; name the metric, or leave both blank")
    }
    guard let metric = MetricKey(Spelling.word(key)), let known = linkable.metrics[metric] else {
      return refuse("metric_key", "unknown_metric", Self.unknown(key, among: linkable))
    }
    metricKey = metric.text
    let isKept = stored?.metricKey == metric.text && (version.isEmpty || stored?.metricVersion == version)
    if isKept, let stored { return keep(stored, known.statuses) }
    if version.isEmpty { return pinToCurrent(metric, known) }
    guard let number = VersionNumber(version), let status = known.statuses[number] else {
      return refuse("metric_version", "unknown_metric_version", Self.unknown(version, of: metric, known))
    }
    metricVersion = number.description
    take(metric, number, status, known)
  }

  private mutating func refuse(_ column: String, _ code: String, _ message: String) {
    say(.error, column, code, message)
  }

  private mutating func say(_ severity: Severity, _ column: String, _ code: String, _ message: String) {
    self.severity = severity
    self.column = column
    self.code = code
    self.message = message
  }

  /// A link that stands is no reason to refuse a save, whatever became of its version: runs raise the alert.
  private mutating func keep(_ stored: Kpi, _ statuses: [VersionNumber: VersionStatus]) {
    metricVersion = stored.metricVersion
    guard let number = VersionNumber(stored.metricVersion), let status = statuses[number], status != .active else { return }
    say(
      .warning, "metric_version", "metric_version_\(status.rawValue)",
      "\(metricKey) \(number) is \(status.rawValue); name a version that is active, or runs will go on raising an alert")
  }

  private mutating func pinToCurrent(_ metric: MetricKey, _ known: LinkableMetrics.Linkable) {
    guard let current = known.current else {
      return refuse(
        "metric_key", "metric_has_no_current_version",
        "\(metric) has no current version yet; write the version meant in metric_version, or link it when there is one")
    }
    metricVersion = current.description
    say(
      .info, "metric_version", "pinned_to_current",
      "pinned to \(metric) \(current), its current version; a later one changes nothing here until metric_version names it")
  }

  private mutating func take(
    _ metric: MetricKey, _ number: VersionNumber, _ status: VersionStatus, _ known: LinkableMetrics.Linkable
  ) {
    switch status {
    case .active: break
    case .deprecated:
      say(
        .warning, "metric_version", "metric_version_deprecated",
        "\(metric) \(number) is deprecated, and each run will say so\(Self.mend(known))")
    case .draft, .sunset, .retired:
      let why = status == .draft ? "a draft, which measures nothing yet" : "\(status.rawValue) and takes nothing new"
      refuse("metric_version", "metric_version_\(status.rawValue)", "\(metric) \(number) is \(why)\(Self.mend(known))")
    }
  }

  private static func mend(_ known: LinkableMetrics.Linkable) -> String {
    known.current.map { "; its current version is \($0)" } ?? "; it has no current version"
  }

  private static func unknown(_ key: String, among linkable: LinkableMetrics) -> String {
    let keys = linkable.metrics.keys.map(\.text).sorted()
    let told = "metric_key \"\(key.prefix(60))\" is no governed metric"
    if let nearest = Spelling.nearest(to: key, among: keys) { return "\(told); did you mean \"\(nearest)\"?" }
    if keys.isEmpty { return "\(told): the registry has none yet; leave it blank until it has" }
    return "\(told); leave it blank or write one of \(keys.prefix(10).joined(separator: ", "))\(keys.count > 10 ? ", …" : "")"
  }

  private static func unknown(_ version: String, of metric: MetricKey, _ known: LinkableMetrics.Linkable) -> String {
    let versions = known.statuses.filter { $0.value == .active || $0.value == .deprecated }.keys.sorted().map(\.description)
    let told = "metric_version \"\(version.prefix(60))\" is no version of \(metric)"
    if let nearest = Spelling.nearest(to: version, among: versions) { return "\(told); did you mean \"\(nearest)\"?" }
    return versions.isEmpty
      ? "\(told), which has none that measures" : "\(told); write one of \(versions.joined(separator: ", "))"
  }
}
