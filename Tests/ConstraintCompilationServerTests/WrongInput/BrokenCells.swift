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
      [.blank, misspelt, .number(17), .text(table.text(row: (row + 1) % 3, column: column))] + Self.odd
    case "engineering_tokens": Self.noTokens
    case "deadline_date": [.text("soon"), .text("2026-02-30"), .text("03/04/2026"), .boolean(true), .number(1e9)]
    case "is_mandatory", "is_selected_for_run": Self.noFlag
    case "mandate_reason": Self.odd + (text("is_mandatory") == "TRUE" ? [.blank] : [])
    case "bundle_key": [.text("A:B"), .text("A+B")] + Self.odd
    case "prerequisite_keys", "exclusion_keys":
      [
        .text("INIT-00012"), .text(text("initiative_key")), .number(17), .boolean(true),
        .text(text(column == "exclusion_keys" ? "prerequisite_keys" : "exclusion_keys") + ",INIT-1"),
      ] + Self.odd
    default: Self.odd
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
      [.blank, misspelt, .number(5), .text(text("constraint_type").hasPrefix("capacity") ? "bundle" : "country")] + Self.odd
    case "key": ofKey
    case "min_tokens", "max_tokens": ofBound
    case "target_kpi_key": [.text("NSM_ORDERS"), .number(5), .boolean(true)] + Self.odd
    case "target_value": ofTargetValue
    case "country": [misspelt, .text("FR"), .number(5), .text("U\u{200B}K")] + Self.odd
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

  private var ofKey: [CellValue] {
    let common = [.blank, misspelt, .number(5), .text("INIT-0000\u{200B}17")] + Self.odd
    return switch text("constraint_type") {
    case "mandatory" where text("constraint_set_name") == "Baseline":
      common + [.text("INIT-000044"), .text("INIT-000017, INIT-000012")]
    case "exclude": common + [.text("INIT-000017")]
    case "require_prereq":
      common + [
        .text("INIT-000081<-INIT-000081"), .text("INIT-000012<-INIT-000081"), .text("INIT-000081"), .text("INIT-000081<-"),
        .text("INIT-000081<-INIT-00012"),
      ]
    default: common
    }
  }

  /// A number in the column that the row's type doesn't use contradicts the type.
  private var ofBound: [CellValue] {
    let own = ["capacity_floor": "min_tokens", "capacity_cap": "max_tokens"][text("constraint_type")]
    guard own == column else { return Self.noNumber + [.number(5)] }
    return Self.noTokens + [.blank] + (column == "min_tokens" ? [.number(1201), .number(1000)] : [])
  }

  private var ofTargetValue: [CellValue] {
    guard table.tab == .targets else { return Self.noNumber + [.number(5)] }
    return Self.noNumber + [.blank] + (text("floor_or_goal") == "floor" ? [.number(9e9)] : [])
  }
}
