import Messages
import SheetSyncDomain

/// Whether a tab's header has what it has to have, and is what it was.
struct HeaderCheck {
  /// nil when the tab cannot be read with it.
  private(set) var header: ResolvedHeader?
  private(set) var findings: [WorkbookFinding] = []

  /// `before`: the fingerprint of the last save; nil when there was none.
  init(_ definition: TabDefinition, table: SheetTable, before: String?) {
    do throws(TabProblem) {
      let header = try ResolvedHeader(definition, of: table)
      self.header = header
      if let changes = before.flatMap(header.changes(since:)) {
        note(.warning, "The columns have changed since the last save (\(changes)).", of: header)
      }
      lookForMissing(header)
      if findings.isEmpty {
        let others = header.unknown.isEmpty || header.isWide ? "" : "; \(header.unknown.count) others are left alone"
        note(.info, "\(header.columns.count) columns are known\(others).", of: header)
      }
    } catch {
      findings = [WorkbookFinding("headers", .error, tab: definition.title, error.message + ".")]
    }
  }

  private mutating func lookForMissing(_ header: ResolvedHeader) {
    let absent = header.definition.columns.filter { header.column($0.name) == nil }
    let unwritten = absent.filter { $0.kind == .system }.map(\.name)
    if !unwritten.isEmpty {
      note(
        .warning, "There is no column \(unwritten.joined(separator: ", ")): what Lodestar has to say there is not written.",
        of: header)
    }
    // A header that is nearly one of the catalogue's is more likely misspelt than somebody's own.
    guard !header.isWide else { return }
    for other in header.unknown {
      guard let near = NearestName.suggestion(for: HeaderText.normalized(other.header), in: absent.map(\.name)) else { continue }
      note(
        .warning,
        "\"\(other.header)\" in \(header.place(row: header.rowNumber, column: other.column)) is not known, and not read; is it \(near)?",
        of: header)
    }
  }

  private mutating func note(_ severity: Severity, _ message: String, of header: ResolvedHeader) {
    findings.append(WorkbookFinding("headers", severity, tab: header.definition.title, message))
  }
}
