/// Reads what a scenario's objective is made of, by its mode.
struct WeightsReader {
  private static let column = WeightEntries.column
  /// Far above any sense, and what the optimizer takes.
  private static let largestWeight = 1e8

  /// The weights or levels in canonical spelling; faults are noted.
  static func read(
    _ cell: WeightsCell, for objective: ObjectiveKind, into notes: inout RowNotes, kpis: inout KpiCatalogue
  ) -> [ScenarioWeight] {
    let typed = WeightEntries(cell, into: &notes)
    guard !notes.haveErrors else { return [] }
    if objective == .northStar {
      if !typed.entries.isEmpty {
        notes.warning(column, "weights_unused", "\(column) is not used: objective_mode north_star takes no weights; clear the cell")
      }
      if kpis.northStar == nil {
        notes.error("objective_mode", "no_north_star", "Metrics_Config has no active north star; save it first")
      }
      return []
    }
    let entries = typed.entries.compactMap { entry in
      known(entry.key, into: &notes, kpis: &kpis).map {
        WeightEntries.Entry(key: $0, weight: entry.weight, tolerance: entry.tolerance)
      }
    }
    checkDistinct(entries, objective, into: &notes, kpis: kpis)
    guard !notes.haveErrors else { return [] }
    return objective == .weightedKpis
      ? weights(entries, isOrdered: typed.isOrdered, into: &notes)
      : levels(entries, isOrdered: typed.isOrdered, into: &notes)
  }

  /// The key in its stored spelling.
  private static func known(_ key: String, into notes: inout RowNotes, kpis: inout KpiCatalogue) -> String? {
    switch NormalKey(key).text {
    case ScenarioWeight.northStar:
      if kpis.northStar == nil { notes.error(column, "no_north_star", "Metrics_Config has no active north star; save it first") }
      return ScenarioWeight.northStar
    case ScenarioWeight.strategicKpis:
      if kpis.strategic.isEmpty {
        notes.error(column, "no_strategic_kpi", "strategic_kpis stands for the active strategic KPIs, and Metrics_Config has none")
      }
      return ScenarioWeight.strategicKpis
    default:
      return notes.activeKpi(key, column: column, in: &kpis)?.key
    }
  }

  private static func checkDistinct(
    _ entries: [WeightEntries.Entry], _ objective: ObjectiveKind, into notes: inout RowNotes, kpis: KpiCatalogue
  ) {
    var seen: Set<NormalKey> = []
    for entry in entries where !seen.insert(NormalKey(entry.key)).inserted {
      notes.error(column, "duplicate_key", "\(column) names \"\(entry.key)\" twice; keep one")
    }
    guard let northStar = kpis.northStar?.key, seen.contains(NormalKey(ScenarioWeight.northStar)),
      seen.contains(NormalKey(northStar))
    else { return }
    if objective == .lexicographic {
      notes.error(column, "duplicate_key", "\(column) names the north star twice, as north_star and as \"\(northStar)\"; keep one")
    } else {
      notes.warning(
        column, "weights_added", "\(column) names the north star as north_star and as \"\(northStar)\"; the weights are added up")
    }
  }

  private static func weights(_ entries: [WeightEntries.Entry], isOrdered: Bool, into notes: inout RowNotes) -> [ScenarioWeight] {
    guard !isOrdered else {
      notes.error(column, "bad_weights", "\(column) lists keys without weights; weighted_kpis takes \(WeightEntries.example)")
      return []
    }
    for entry in entries where (entry.weight ?? 0) < 0 {
      notes.error(
        column, "negative_weight", "\(column) gives \"\(entry.key)\" the weight \(plain(entry.weight ?? 0)); weights are 0 or more")
    }
    let weights = entries.map { ScenarioWeight(key: $0.key, weight: $0.weight ?? 0) }
    if !weights.contains(where: { $0.weight > 0 }) {
      notes.error(column, "no_weight", "\(column) has no weight above 0; weighted_kpis needs one, as \(WeightEntries.example)")
    }
    for entry in entries where (entry.weight ?? 0) > largestWeight {
      notes.error(
        column, "out_of_range", "\(column) gives \"\(entry.key)\" the weight \(plain(entry.weight ?? 0)); it must be 0 to 1e8")
    }
    return weights
  }

  /// A list is in order already; weights say the order from the heaviest down. (R18)
  private static func levels(_ entries: [WeightEntries.Entry], isOrdered: Bool, into notes: inout RowNotes) -> [ScenarioWeight] {
    for entry in entries where entry.key == ScenarioWeight.strategicKpis {
      notes.error(column, "bad_level", "strategic_kpis is no level of its own; list the KPIs in the order that they matter")
    }
    if entries.isEmpty {
      notes.error(column, "no_level", "\(column) is blank; lexicographic takes an order, as [\"north_star\", \"KPI_CONVERSION\"]")
    }
    guard !isOrdered else { return entries.map { ScenarioWeight(key: $0.key, tolerance: $0.tolerance ?? 0) } }
    let sorted = entries.sorted { ($0.weight ?? 0) > ($1.weight ?? 0) }
    for (heavier, lighter) in zip(sorted, sorted.dropFirst()) where heavier.weight == lighter.weight {
      notes.error(
        column, "tied_levels",
        "\(column) gives \"\(heavier.key)\" and \"\(lighter.key)\" one weight, so their order is open; list them as [\"\(heavier.key)\", \"\(lighter.key)\"]"
      )
    }
    return sorted.map { ScenarioWeight(key: $0.key) }
  }
}
