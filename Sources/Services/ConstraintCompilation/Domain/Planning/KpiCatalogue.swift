public enum KpiStanding: Sendable {
  case northStar, strategic, supporting
}

/// Which KPIs may have targets.
public enum TargetLevels: String, CaseIterable, Sendable {
  /// Those that initiatives can contribute to: the north star and the strategic ones.
  case strategic
  /// A target for a supporting KPI is only warned of.
  case all
}

/// The version of a governed metric that measures a KPI, as the registry had it when planning asked.
public struct GovernedMeasure: Equatable, Sendable {
  public enum Status: Sendable {
    case draft, active, deprecated, sunset, retired
  }

  public var metricKey: String
  public var version: String
  /// Nil when the registry does not say.
  public var status: Status?
  /// SHA-256 in hexadecimal digits of what the version's numbers mean.
  public var contentHash: String

  public init(metricKey: String, version: String, status: Status?, contentHash: String) {
    self.metricKey = metricKey
    self.version = version
    self.status = status
    self.contentHash = contentHash
  }
}

/// A KPI of Metrics_Config, as far as planning goes.
public struct KpiDefinition: Equatable, Sendable {
  public var key: String
  public var name: String
  public var standing: KpiStanding
  public var unit: String
  public var lowerIsBetter: Bool
  public var isActive: Bool
  /// Nil when no governed metric measures it.
  public var measure: GovernedMeasure?

  public init(
    key: String, name: String, standing: KpiStanding, unit: String = "", lowerIsBetter: Bool = false, isActive: Bool = true,
    measure: GovernedMeasure? = nil
  ) {
    self.key = key
    self.name = name
    self.standing = standing
    self.unit = unit
    self.lowerIsBetter = lowerIsBetter
    self.isActive = isActive
    self.measure = measure
  }

  /// A share rather than an amount: what initiatives bring adds to a baseline, not to nothing. (R68)
  var isRatio: Bool {
    let words = unit.lowercased()
    return words.contains("%") || ["ratio", "percent", "percentage", "pct", "rate", "share"].contains(trimmed(words))
  }
}

/// The KPI configuration that rows are checked against.
public struct KpiCatalogue: Sendable {
  /// The revision of Metrics_Config.
  public let revision: Int
  /// In the order of their normal keys.
  public let kpis: [KpiDefinition]
  public var targetLevels = TargetLevels.strategic
  private let positions: [NormalKey: Int]
  private var activeKeys: KeyBook

  public init(revision: Int, kpis: [KpiDefinition]) {
    self.revision = revision
    self.kpis = kpis.map { (NormalKey($0.key), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    positions = Dictionary(self.kpis.enumerated().map { (NormalKey($1.key), $0) }, uniquingKeysWith: { first, _ in first })
    activeKeys = KeyBook(self.kpis.filter(\.isActive).map(\.key))
  }

  public var northStar: KpiDefinition? { kpis.first { $0.isActive && $0.standing == .northStar } }
  public var strategic: [KpiDefinition] { kpis.filter { $0.isActive && $0.standing == .strategic } }

  /// The KPI, active or not.
  public func kpi(_ key: String) -> KpiDefinition? { positions[NormalKey(key)].map { kpis[$0] } }

  public func activeKpi(_ key: String) -> KpiDefinition? { kpi(key).flatMap { $0.isActive ? $0 : nil } }

  /// Why the key names no active KPI, and what would.
  mutating func fault(of key: String, column: String) -> (code: String, message: String) {
    if kpi(key) != nil {
      return (
        "inactive_kpi", "\(column) \"\(shown(key))\" is inactive in Metrics_Config; set its is_active to TRUE, or name another KPI"
      )
    }
    guard !activeKeys.isEmpty else {
      return ("unknown_kpi", "\(column) \"\(shown(key))\" is not a KPI: Metrics_Config has no active KPI yet; save it first")
    }
    return ("unknown_kpi", "\(column) \"\(shown(key))\" is not an active KPI of Metrics_Config" + activeKeys.suggestion(for: key))
  }
}

extension RowNotes {
  /// The active KPI that the cell names; nil and an error when it names none.
  mutating func activeKpi(_ typed: String, column: String, in kpis: inout KpiCatalogue) -> KpiDefinition? {
    let key = trimmed(typed)
    guard !key.isEmpty else {
      error(column, "missing_value", "\(column) is blank; name an active KPI of Metrics_Config")
      return nil
    }
    if let kpi = kpis.activeKpi(key) { return kpi }
    let fault = kpis.fault(of: key, column: column)
    error(column, fault.code, fault.message)
    return nil
  }
}
