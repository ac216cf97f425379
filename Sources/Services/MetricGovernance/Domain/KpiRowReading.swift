/// Reads one typed row: a KPI, or every reason why it is none.
struct KpiRowReading {
  /// Characters that a cell may hold; what is longer was pasted into the wrong cell.
  static let longestName = 200
  static let longestUnit = 40
  static let longestText = 4000

  private let row: TypedKpiRow
  private(set) var findings: [Finding] = []
  private(set) var kpi: Kpi?

  /// - Parameter stored: the KPI of the row's key as it is stored, nil for a new one.
  init(_ row: TypedKpiRow, stored: Kpi? = nil, among linkable: LinkableMetrics = LinkableMetrics()) {
    self.row = row
    let key = readKey()
    let level = readWord(row.level, column: "kpi_level", whenBlank: nil, as: KpiLevel.self)
    let direction = readWord(row.direction, column: "direction", whenBlank: .higherIsBetter, as: KpiDirection.self)
    let link = readLink(stored: stored, among: linkable)
    let name = readText(row.name, column: "kpi_name", longest: Self.longestName)
    let unit = readText(row.unit, column: "unit", longest: Self.longestUnit)
    let description = readText(row.description, column: "description", longest: Self.longestText)
    let notes = readText(row.notes, column: "notes", longest: Self.longestText)
    if name.isEmpty {
      note(.warning, column: "kpi_name", code: "blank_name", "kpi_name is blank; people will see the key instead")
    }
    guard let key, let level, let direction, !findings.contains(where: { $0.severity == .error }) else { return }
    kpi = Kpi(
      key: key, name: name, level: level, unit: unit, direction: direction, isActive: row.isActive, metricKey: link.metricKey,
      metricVersion: link.metricVersion, description: description, notes: notes)
  }

  private mutating func note(_ severity: Severity, column: String, code: String, _ message: String) {
    findings.append(Finding(row: row.number, key: row.key, column: column, severity: severity, code: code, message: message))
  }

  private mutating func readKey() -> KpiKey? {
    let text = Spelling.trimmed(row.key)
    if let key = KpiKey(text) { return key }
    if text.isEmpty {
      note(.error, column: "kpi_key", code: "missing_key", "kpi_key is blank; give the KPI a key such as KPI_CONVERSION")
    } else if text.utf8.count > KpiKey.longest {
      let count = text.utf8.count
      note(
        .error, column: "kpi_key", code: "key_too_long", "kpi_key has \(count) characters; at most \(KpiKey.longest) are allowed")
    } else {
      note(
        .error, column: "kpi_key", code: "malformed_key",
        "kpi_key \"\(text)\" must start with a letter and hold only letters, digits, \"_\", \".\" and \"-\"")
    }
    return nil
  }

  private mutating func readWord<Word: CaseIterable & RawRepresentable>(
    _ typed: String, column: String, whenBlank: Word?, as type: Word.Type
  ) -> Word? where Word.RawValue == String {
    let text = Spelling.trimmed(typed)
    let allowed = Word.allCases.map(\.rawValue)
    if let word = Word(rawValue: Spelling.word(text)) { return word }
    if text.isEmpty {
      if whenBlank == nil {
        note(
          .error, column: column, code: "missing_\(column)", "\(column) is blank; write one of \(allowed.joined(separator: ", "))")
      }
      return whenBlank
    }
    let mend =
      Spelling.nearest(to: text, among: allowed).map { "did you mean \"\($0)\"?" }
      ?? "write one of \(allowed.joined(separator: ", "))"
    note(.error, column: column, code: "unknown_\(column)", "\(column) \"\(text.prefix(60))\" is not known; \(mend)")
    return nil
  }

  private mutating func readLink(stored: Kpi?, among linkable: LinkableMetrics) -> MetricLink {
    let link = MetricLink(key: row.metricKey, version: row.metricVersion, stored: stored, among: linkable)
    if !link.message.isEmpty { note(link.severity, column: link.column, code: link.code, link.message) }
    return link
  }

  private mutating func readText(_ typed: String, column: String, longest: Int) -> String {
    let text = Spelling.trimmed(typed)
    if text.count > longest {
      note(.error, column: column, code: "text_too_long", "\(column) has \(text.count) characters; at most \(longest) are allowed")
    }
    if text.unicodeScalars.contains("\0") {
      note(.error, column: column, code: "unprintable_text", "\(column) holds a NUL character; type the text again")
    }
    return text
  }
}
