/// Whether rows are the whole tab or a selection of it.
public enum SaveScope: Sendable {
  /// What is stored and absent from the rows is removed.
  case all
  /// Nothing is removed.
  case selection
}

/// What a save of Metrics_Config comes to, worked out before anything is touched: the rows are taken as one, or not at all.
public struct MetricsConfigSave: Equatable, Sendable {
  /// Rows that a save may have; a company with more KPIs than this has none.
  public static let mostRows = 5000

  /// The configuration after the save, in the order of keys; nil when the rules refuse it.
  public private(set) var kpis: [Kpi]?
  /// Every problem of every row, in the order of rows; when nothing stands against the save, also what was left unchanged.
  public private(set) var findings: [Finding] = []
  public private(set) var counts = SaveCounts()
  /// What the store has to write and to remove; both empty when nothing changes.
  public private(set) var upserts: [Kpi] = []
  public private(set) var removals: [KpiKey] = []

  public var isRefused: Bool { kpis == nil }
  public var changesSomething: Bool { !upserts.isEmpty || !removals.isEmpty }

  /// - Parameters:
  ///   - current: the configuration as it is stored.
  ///   - linkable: the governed metrics that rows may name.
  public init(of rows: [TypedKpiRow], scope: SaveScope, over current: [Kpi], linkable: LinkableMetrics = LinkableMetrics()) {
    counts.rows = rows.count
    guard rows.count <= Self.mostRows else {
      refuseTab(code: "too_many_rows", "Metrics_Config has \(rows.count) rows; at most \(Self.mostRows) can be saved")
      return
    }
    let stored = Dictionary(current.map { ($0.key, $0) }) { first, _ in first }
    let readings = rows.map { row in
      KpiRowReading(row, stored: KpiKey(Spelling.trimmed(row.key)).flatMap { stored[$0] }, among: linkable)
    }
    findings = readings.flatMap(\.findings)
    findDuplicates(in: rows)
    let named = Set(rows.compactMap { KpiKey(Spelling.trimmed($0.key)) })
    let kept = scope == .all ? [] : current.filter { !named.contains($0.key) }
    let typed = zip(rows, readings).compactMap { row, reading in reading.kpi.map { TypedKpi(row: row, kpi: $0) } }
    checkNorthStar(typed: typed, kept: kept, everyRowIsRead: typed.count == rows.count)
    if findings.contains(where: { $0.severity == .error }) {
      refuse(rows)
    } else {
      let removed = scope == .all ? current.filter { !named.contains($0.key) } : []
      accept(typed, kept: kept, removed: removed, stored: stored)
    }
    findings.sort { ($0.row, -$0.severity.rawValue, $0.column) < ($1.row, -$1.severity.rawValue, $1.column) }
    counts.warnings = rowCount(with: .warning)
    counts.failures = rowCount(with: .error)
  }

  private struct TypedKpi {
    var row: TypedKpiRow
    var kpi: Kpi
  }

  private func rowCount(with severity: Severity) -> Int {
    Set(findings.filter { $0.severity == severity && $0.row > 0 }.map(\.row)).count
  }

  private mutating func refuseTab(code: String, _ message: String) {
    findings.append(Finding(row: 0, key: "", severity: .error, code: code, message: message))
  }

  /// Each row of a duplicated key is at fault, since only its author knows which one is meant.
  private mutating func findDuplicates(in rows: [TypedKpiRow]) {
    var places: [KpiKey: [TypedKpiRow]] = [:]
    for row in rows {
      guard let key = KpiKey(Spelling.trimmed(row.key)) else { continue }
      places[key, default: []].append(row)
    }
    for same in places.values where same.count > 1 {
      for row in same {
        let others = same.map(\.number).filter { $0 != row.number }
        let spelling = Spelling.trimmed(row.key)
        findings.append(
          Finding(
            row: row.number, key: row.key, column: "kpi_key", severity: .error, code: "duplicate_key",
            message: "kpi_key \"\(spelling)\" is also in \(Self.list(others)) (case does not tell keys apart); keep one of them"))
      }
    }
  }

  private static func list(_ rows: [Int]) -> String {
    rows.count == 1 ? "row \(rows[0])" : "rows " + rows.map(String.init).joined(separator: ", ")
  }

  /// - Parameter everyRowIsRead: false when a row could not be read, which might be the north star that seems to be missing.
  private mutating func checkNorthStar(typed: [TypedKpi], kept: [Kpi], everyRowIsRead: Bool) {
    let stars = typed.filter(\.kpi.isActiveNorthStar)
    let keptStars = kept.filter(\.isActiveNorthStar)
    if stars.count + keptStars.count > 1 {
      for star in stars {
        let others =
          stars.filter { $0.row.number != star.row.number }.map { "\"\($0.kpi.key)\" (row \($0.row.number))" }
          + keptStars.map { "\"\($0.key)\" (stored, not in these rows)" }
        note(
          star, column: "kpi_level", code: "several_north_stars",
          "\"\(star.kpi.key)\" and \(others.joined(separator: ", ")) are active north stars; only one may be: make the others strategic or inactive"
        )
      }
    } else if stars.isEmpty && keptStars.isEmpty && everyRowIsRead {
      let sleeping = typed.filter { $0.kpi.level == .northStar }
      for star in sleeping {
        note(
          star, column: "is_active", code: "inactive_north_star",
          "\"\(star.kpi.key)\" is the north star but is_active is FALSE; exactly one north star must be active")
      }
      if sleeping.isEmpty {
        refuseTab(
          code: "no_north_star", "no row is the north star; set kpi_level to north_star and is_active to TRUE in exactly one row")
      }
    }
  }

  private mutating func note(_ typed: TypedKpi, column: String, code: String, _ message: String) {
    findings.append(
      Finding(row: typed.row.number, key: typed.row.key, column: column, severity: .error, code: code, message: message))
  }

  /// The rows that are right in themselves say which others keep them from being stored.
  private mutating func refuse(_ rows: [TypedKpiRow]) {
    let faulty = Set(findings.filter { $0.severity == .error }.map(\.row))
    let culprits = faulty.filter { $0 > 0 }.sorted()
    let reason = culprits.isEmpty ? "Metrics_Config has no active north star" : Self.list(Array(culprits.prefix(5)))
    let more = culprits.count > 5 ? " and \(culprits.count - 5) more" : ""
    for row in rows where !faulty.contains(row.number) {
      findings.append(
        Finding(row: row.number, key: row.key, severity: .info, code: "not_saved", message: "not saved: \(reason)\(more)"))
    }
  }

  private mutating func accept(_ typed: [TypedKpi], kept: [Kpi], removed: [Kpi], stored: [KpiKey: Kpi]) {
    for item in typed {
      if let before = stored[item.kpi.key], item.kpi.isStored(as: before) {
        counts.unchanged += 1
        findings.append(
          Finding(row: item.row.number, key: item.row.key, severity: .info, code: "unchanged", message: "unchanged"))
      } else {
        upserts.append(item.kpi)
      }
    }
    removals = removed.map(\.key).sorted()
    if !removals.isEmpty {
      let keys = removals.prefix(20).map(\.spelling).joined(separator: ", ") + (removals.count > 20 ? ", …" : "")
      findings.append(
        Finding(
          row: 0, key: "", severity: .info, code: "removed",
          message: "removed \(removals.count) KPI\(removals.count == 1 ? "" : "s") that the tab no longer has: \(keys)"))
    }
    counts.upserts = upserts.count
    counts.removed = removals.count
    kpis = (kept + typed.map(\.kpi)).sorted { $0.key < $1.key }
  }
}
