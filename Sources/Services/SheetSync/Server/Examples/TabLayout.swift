internal import SheetSyncDomain

/// The look of a tab of the catalogue in a new workbook, and its rows by column names.
struct TabLayout {
  typealias Row = [String: NewValue]

  let definition: TabDefinition
  private let choices: [String: NewColumn.Choices]

  /// - Parameter choices: drop-downs for columns that the catalogue leaves open.
  init(_ name: TabName, choices: [String: NewColumn.Choices] = [:]) {
    definition = Catalogue[name]
    self.choices = choices
  }

  /// The letters of a column.
  func letters(_ column: String) -> String {
    guard let index = definition.columns.firstIndex(where: { $0.name == column }) else {
      preconditionFailure("\(definition.title) has no column \(column)")
    }
    return CellAddress.letters(ofColumn: index + 1)
  }

  /// An area of a column from its first data row on, for formulas in other tabs.
  func area(_ column: String, rows: Int = SheetMarkup.reach) -> String {
    let tab = definition.title.contains(" ") ? "'\(definition.title)'" : definition.title
    return "\(tab)!$\(letters(column))$2:$\(letters(column))$\(rows)"
  }

  func tab(_ rows: [Row]) -> NewTab {
    NewTab(
      name: definition.title, color: color, columns: definition.columns.map(column),
      rows: rows.map { row in
        for name in row.keys { _ = letters(name) }
        return definition.columns.map { row[$0.name] ?? .blank }
      })
  }

  private func column(_ column: ColumnDefinition) -> NewColumn {
    NewColumn(
      header: column.name, width: width(of: column), owner: owner(of: column), format: format(of: column),
      choices: column.kind == .editable ? choices[column.name] ?? builtInChoices(of: column) : nil, note: column.note)
  }

  /// Tabs that people fill are blue, those that Lodestar fills grey.
  private var color: String {
    definition.columns.contains { $0.kind == .editable && definition.keyColumns.contains($0.name) } ? "2F6FDE" : "94A3B8"
  }

  private func owner(of column: ColumnDefinition) -> NewColumn.Owner {
    switch column.kind {
    case .editable: .person
    case .derived: .derived
    case .system: .system
    }
  }

  private func format(of column: ColumnDefinition) -> NewColumn.Format {
    switch column.type {
    case .integer: .wholeNumber
    case .boolean: .boolean
    case .date: .date
    case .timestamp: .timestamp
    case .key, .keyList, .period, .json: column.kind == .editable ? .literal : .plain
    // Formulas and chains are texts about numbers, not calculations of the sheet.
    case .text where ["formula_text", "metric_chain_text"].contains(column.name): .literal
    default: .plain
    }
  }

  private func builtInChoices(of column: ColumnDefinition) -> NewColumn.Choices? {
    switch column.type {
    case .choice(let words): .these(words)
    case .boolean: .these(["TRUE", "FALSE"])
    default: nil
    }
  }

  /// Wide enough for the header with its filter button, and for what usually stands below it.
  private func width(of column: ColumnDefinition) -> Double {
    let content: Double =
      switch column.name {
      case "title", "kpi_name", "model_name": 36
      case "run_status": 44
      case "notes", "description", "reason", "gains", "assumptions_text", "formula_text", "recommendation", "system_recommendation":
        48
      case "metric_chain_text", "llm_suggested_metric_chain_text", "mandate_reason", "objective_weights_json": 44
      case "updated_source", "run_id": 31
      case "key": 28
      case "kpi_key", "target_kpi_key", "immediate_kpi_key", "unit", "constraint_type": 24
      case "direction": 18
      default:
        switch column.type {
        case .key: 17
        case .timestamp: 20
        case .keyList: 24
        default: 13
        }
      }
    return max(content, Double(column.name.count) * 1.15 + 3)
  }
}
