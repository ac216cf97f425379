/// Who reads which version of a metric: what stands against its end, and whom to tell.
public struct MetricUse: Equatable, Sendable {
  public var byVersion: [VersionNumber: VersionUse]

  public init(byVersion: [VersionNumber: VersionUse] = [:]) { self.byVersion = byVersion }

  subscript(version: VersionNumber) -> VersionUse { byVersion[version] ?? VersionUse() }

  /// Owners of pins on any version, each once.
  var owners: [String] { Set(byVersion.values.flatMap(\.owners)).sorted() }
}

/// How much a version is read.
public struct VersionUse: Equatable, Sendable {
  /// Queries count as recent for this long (requirement 291).
  public static let recentDays: Int64 = 30
  /// That are named in a refusal and in a rollback's answer; the rest is counted.
  public static let mostNamed = 1000

  /// A dashboard, or nobody's ad-hoc query where it has no name, that queried lately.
  public struct Reader: Equatable, Sendable {
    public var tenant: String
    public var dashboard: String
    public var queries: Int64
    public var lastSeen: Instant

    public init(tenant: String, dashboard: String, queries: Int64, lastSeen: Instant) {
      self.tenant = tenant
      self.dashboard = dashboard
      self.queries = queries
      self.lastSeen = lastSeen
    }
  }

  /// All pins; `pins` may be only the first of them.
  public var pinCount: Int64
  public var pins: [Pin]
  /// Of all pins, each once.
  public var owners: [String]
  /// Of the last 30 days, all of them; `readers` may be only the first.
  public var queries: Int64
  public var readers: [Reader]

  public init(pinCount: Int64 = 0, pins: [Pin] = [], owners: [String] = [], queries: Int64 = 0, readers: [Reader] = []) {
    self.pinCount = pinCount
    self.pins = pins
    self.owners = owners
    self.queries = queries
    self.readers = readers
  }

  var isRead: Bool { pinCount > 0 || queries > 0 }

  /// "pinned by acme/sales and 3 more, queried 12 times within 30 days, by acme/ops"
  var sentence: String {
    var parts: [String] = []
    if pinCount > 0 { parts.append("pinned by " + Self.list(pins.map { "\($0.tenant)/\($0.dashboard)" }, of: pinCount)) }
    if queries > 0 {
      let names = readers.map {
        $0.dashboard.isEmpty ? "\($0.tenant.isEmpty ? "nobody" : $0.tenant), ad hoc" : "\($0.tenant)/\($0.dashboard)"
      }
      parts.append(
        "queried \(queries) time\(queries == 1 ? "" : "s") within \(Self.recentDays) days by "
          + Self.list(names, of: Int64(names.count)))
    }
    return parts.joined(separator: ", ")
  }

  private static func list(_ names: [String], of count: Int64) -> String {
    let named = names.prefix(5)
    let more = count - Int64(named.count)
    return named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }
}
