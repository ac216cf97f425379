import SheetSyncDomain

/// Ways to break a cell of the seeds' tables: blank where it may not be, of the wrong type, with a key that there is not, against another
/// cell, and of absurd size.
struct BrokenCells {
  let table: SeedTable
  /// Its place below the header.
  let row: Int
  let column: String

  private static let unreadable: [CellValue] = [.error("#REF!"), .formula(cached: nil), .formula(cached: .error("#N/A"))]
  private static let odd: [CellValue] = [.text("a\u{7}b"), .text(String(repeating: "x", count: 5000))]
  private static let noFlag: [CellValue] = [.text("maybe"), .number(5), .date(DateSerial(days: 46_000))]
  private static let noNumber: [CellValue] = [
    .text("lots"), .boolean(true), .number(1e300), .text("18O"), .date(DateSerial(days: 46_000)),
  ]
  private static let noTokens = noNumber + [.number(180.5), .number(-5), .number(2e9)]

  var values: [CellValue] { Self.unreadable + (table.tab == .candidates ? ofCandidate : ofOthers) }

  private func text(_ column: String) -> String { table.text(row: row, column: column) }

  /// One letter less is no key that there is.
  private var misspelt: CellValue { .text(String(text(column).dropLast())) }

  private var ofCandidate: [CellValue] {
    switch column {
    case "initiative_key":
      [.blank, misspelt, .number(17), .text(table.text(row: (row + 1) % table.rows.count, column: column))] + Self.odd
    case "engineering_tokens": Self.noTokens
    case "deadline_date": [.text("soon"), .text("2026-02-30"), .text("03/04/2026"), .boolean(true), .number(1e9)]
    case "is_mandatory", "is_selected_for_run": Self.noFlag
    case "mandate_reason": Self.odd + (text("is_mandatory") == "TRUE" ? [.blank] : [])
    case "scope_mode": [misspelt, .text("full, mvp"), .number(5), .boolean(true)] + Self.odd
    case "engineering_tokens_mvp": Self.noTokens + ofUnusedForm(.number(50)) + (text("scope_mode") == "full" ? [] : [.blank])
    case "mvp_contribution_share": Self.noNumber + [.number(1.5), .number(-0.1)] + ofUnusedForm(.number(0.5))
    case "synergy_group_keys": [.text("A:B"), .text("A+B"), .text("SYN-CHECKOUT<>A")] + Self.odd
    case "bundle_key": [.text("A:B"), .text("A+B")] + Self.odd
    case "prerequisite_keys", "exclusion_keys":
      [
        .text("INIT-00012"), .text(text("initiative_key")), .number(17), .boolean(true),
        .text(text(column == "exclusion_keys" ? "prerequisite_keys" : "exclusion_keys") + ",INIT-1"),
      ] + Self.odd
    default: Self.odd
    }
  }

  /// A number of the smaller form contradicts a scope_mode that leaves the form out; one over the whole's contradicts engineering_tokens.
  private func ofUnusedForm(_ number: CellValue) -> [CellValue] {
    switch text("scope_mode") {
    case "full": [number]
    case "either" where column == "engineering_tokens_mvp": [.number(500)]
    default: []
    }
  }

  private var ofOthers: [CellValue] {
    switch column {
    case "scenario_name":
      table.tab == .scenarioConfig
        ? [.blank, .text(table.text(row: 1 - row, column: column))] + Self.odd : [.blank, misspelt, .number(5)] + Self.odd
    case "constraint_set_name": [.blank, .text("Base\nline")] + Self.odd
    case "period_key": [.blank, .text("2026-Q5"), .number(12), .boolean(true)] + Self.odd
    case "capacity_total_tokens": Self.noTokens + [.blank, .number(0)]
    case "objective_mode", "constraint_type", "floor_or_goal": [.blank, misspelt, .number(5), .boolean(true)] + Self.odd
    case "objective_weights_json": ofWeights
    case "dimension":
      [.blank, misspelt, .number(5), .text(isOfGrouping ? "bundle" : "country")] + Self.odd
    case "key": ofKey
    case "min_tokens", "max_tokens", "min_count", "max_count": ofBound
    case "target_kpi_key": ofTargetKPI
    case "target_value": ofTargetValue
    case "baseline_value":
      Self.noNumber + [.number(1e16)] + (text("kpi_key") == "KPI_CONVERSION" ? [.blank] : [])
    case "country":
      // Blank means the whole portfolio.
      (text("country").isEmpty ? [] : [misspelt]) + [.text("FR"), .number(5), .text("U\u{200B}K")] + Self.odd
    case "kpi_key":
      [.blank, misspelt, .text("KPI_OLD"), .number(5)] + Self.odd
        + (text("constraint_set_name") == "Baseline" ? [.text(table.text(row: 1 - row, column: column))] : [])
    default: Self.odd + (text("constraint_type") == "mandatory" ? [.blank] : [])
    }
  }

  private var ofWeights: [CellValue] {
    let broken: [CellValue] = [
      .text("{\"north_star\":"), .text("{\"north_star\":\"x\"}"), .text("north_star=lots"), .text("a\u{7}b"),
      .text("{\"north_star\":" + String(repeating: "[", count: 5000)),
    ]
    guard text("objective_mode") == "weighted_kpis" else { return broken + [.text("north_star=1")] }
    return broken + [
      .blank, .text("{\"north_sta\":1}"), .text("{\"north_star\":0}"), .text("{\"north_star\":-1}"),
      .text("{\"north_star\":1e300}"),
      .text("[\"north_star\"]"),
    ]
  }

  private var isOfGrouping: Bool {
    ["capacity_floor", "capacity_cap", "min_selected", "max_selected", "target"].contains(text("constraint_type"))
  }

  private var takesKPI: Bool { ["synergy_bonus", "target"].contains(text("constraint_type")) }

  private var ofKey: [CellValue] {
    // The whole portfolio has no key.
    if text("dimension") == "all" { return [.text("UK"), .number(5), .text("INIT-000017")] + Self.odd }
    return [.blank, misspelt, .number(5), .text("INIT-0000\u{200B}17")] + Self.odd + ofKeyOfType.map { .text($0) }
  }

  private var ofKeyOfType: [String] {
    switch text("constraint_type") {
    case "mandatory" where text("constraint_set_name") == "Baseline": ["INIT-000044", "INIT-000017, INIT-000012"]
    case "exclude" where text("dimension") == "initiative": ["INIT-000017"]
    case "require_prereq":
      [
        "INIT-000081<-INIT-000081", "INIT-000012<-INIT-000081", "INIT-000081", "INIT-000081<-", "INIT-000081<-INIT-00012",
      ]
    case "exclude_pair":
      [
        "INIT-000044", "INIT-000044<>", "INIT-000044<>INIT-000044", "INIT-000044<>INIT-00099",
        "INIT-000044<>INIT-000099<>INIT-000012", "INIT-000099<>INIT-000100",
      ]
    case "bundle_all_or_nothing" where text("key").contains(":"):
      ["BNDL-GERMANY:", ": INIT-000099", "BNDL-GERMANY: INIT-000044, INIT-000099", "BNDL-GERMANY: INIT-000099: INIT-000100"]
    case "synergy_bonus" where text("dimension") == "initiative":
      ["INIT-000017", "INIT-000017+INIT-000017", "INIT-000017+", "INIT-000017+INIT-00012", "INIT-000017<>INIT-000012"]
    default: []
    }
  }

  /// A number in the column that the row's type doesn't use contradicts the type.
  private var ofBound: [CellValue] {
    let columns = [
      "capacity_floor": "min_tokens", "capacity_cap": "max_tokens", "min_selected": "min_count", "max_selected": "max_count",
    ]
    guard columns[text("constraint_type")] == column else { return Self.noNumber + [.number(5)] }
    let contradictions: [CellValue] =
      switch column {
      case "min_tokens": [.number(1201), .number(1000)]
      // Over the most of the same country; and under its fewest.
      case "min_count": [.number(4)]
      case "max_count": [.number(0)]
      default: []
      }
    return Self.noTokens + [.blank] + contradictions
  }

  private var ofTargetKPI: [CellValue] {
    guard takesKPI else { return [.text("NSM_ORDERS"), .number(5), .boolean(true)] + Self.odd }
    return [.blank, misspelt, .text("KPI_OLD"), .number(5), .boolean(true)] + Self.odd
  }

  private var ofTargetValue: [CellValue] {
    if table.tab == .constraints, !takesKPI { return Self.noNumber + [.number(5)] }
    let contradictions: [CellValue] =
      switch (text("constraint_type"), text("floor_or_goal")) {
      case ("synergy_bonus", _): [.number(0)]
      case ("target", _), (_, "floor"): [.number(9e9)]
      case (_, "cap"): [.number(-9e9)]
      default: []
      }
    return Self.noNumber + [.blank] + contradictions
  }
}
