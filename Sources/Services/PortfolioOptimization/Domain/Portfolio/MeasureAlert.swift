/// A KPI that is measured by a version of a metric which is on its way out, or gone: people who read the run's numbers have to know
/// (requirement R59).
public struct MeasureAlert: Equatable, Sendable {
  public enum Standing: String, Sendable {
    case draft, active, deprecated, sunset, retired
  }

  public let severity: Gap.Severity
  /// A stable word for programs: "metric_sunset".
  public let code: String
  public let message: String

  /// Nil when there is nothing to say: the version is active, or nothing is known of it.
  public init?(kpiKey: String, metricKey: String, version: String, standing: Standing?) {
    let fate: String
    switch standing {
    case .active, .draft, nil: return nil
    case .deprecated: (severity, fate) = (.warning, "is deprecated and will be sunset")
    case .sunset: (severity, fate) = (.critical, "is past its sunset and takes nothing new")
    case .retired: (severity, fate) = (.critical, "is retired: no query answers it any more")
    }
    code = "metric_\(standing?.rawValue ?? "")"
    message =
      "\(kpiKey) is measured by \(metricKey) \(version), which \(fate); name another version of \(metricKey) in metric_version of Metrics_Config, then run again"
  }
}
