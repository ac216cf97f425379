/// The names that a chain's metrics may have: the KPIs of Metrics_Config, active or not, and the metrics of the registry.
public struct MetricNames: Sendable {
  private var book: KeyBook

  /// A name that is both a KPI's and a metric's is spelt as the KPI.
  public init(kpiKeys: [String], metricKeys: [String]) {
    book = KeyBook(kpiKeys + metricKeys)
  }

  /// The KPIs, and the metrics that they are measured by.
  public init(_ kpis: KpiCatalogue, metricKeys: [String] = []) {
    self.init(kpiKeys: kpis.kpis.map(\.key), metricKeys: kpis.kpis.compactMap { $0.measure?.metricKey } + metricKeys)
  }

  func spelling(of name: String) -> String? { book.spelling(of: name) }
  mutating func suggestion(for name: String) -> String { book.suggestion(for: name) }
}
