import MetricGovernanceDomain
import Wire

extension AuditRecord {
  /// What a save of Metrics_Config changed: the KPIs concerned as they were and as they are, by their keys.
  static func configChanged(_ save: MetricsConfigSave, before: StoredConfig, revision: Int64) -> AuditRecord {
    let concerned = Set(save.upserts.map(\.key) + save.removals)
    let was = before.kpis.filter { concerned.contains($0.key) }
    let known = Set(was.map(\.key))
    let added = save.upserts.filter { !known.contains($0.key) }.count
    return AuditRecord(
      event: .configChanged, subject: "metrics_config@\(revision)", metricKey: "",
      reason: "Metrics_Config was saved: \(added) new, \(save.upserts.count - added) changed, \(save.removals.count) removed",
      before: text(was), after: text(save.upserts))
  }

  private static func text(_ kpis: [Kpi]) -> String {
    guard !kpis.isEmpty else { return "" }
    var object = JSONObject()
    for kpi in kpis { object[kpi.key.spelling] = kpi.json }
    return JSONValue.object(object).canonicalText
  }
}

extension Kpi {
  /// All of it but its key.
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["name"] = .string(name)
    object["level"] = .string(level.rawValue)
    object["unit"] = .string(unit)
    object["direction"] = .string(direction.rawValue)
    object["is_active"] = .bool(isActive)
    object["metric_key"] = .string(metricKey)
    object["metric_version"] = .string(metricVersion)
    object["description"] = .string(description)
    object["notes"] = .string(notes)
    return .object(object)
  }
}
