import Foundation
import TestSupport

/// A tab whose rows have notes, how its rows are named, and where the notes are stored.
struct SavedTab: Sendable, CustomStringConvertible {
  let book: String
  let name: String
  /// The columns that name a row.
  let keys: [String]
  /// Each stored row's name and notes, as a JSON object.
  let stored: String

  var description: String { name }

  static let candidates = SavedTab(
    book: "Optimization Center.xlsx", name: "Candidates", keys: ["initiative_key"],
    stored: "SELECT json_object_agg(spelling, candidate_notes) FROM constraints.initiative WHERE candidate_row > 0")
  static let backlog = SavedTab(
    book: "Central Backlog.xlsx", name: "Central Backlog", keys: ["initiative_key"],
    stored: "SELECT json_object_agg(spelling, backlog_notes) FROM constraints.initiative")
  static let contributions = SavedTab(
    book: "ProductOps.xlsx", name: "KPI_Contributions", keys: ["initiative_key", "kpi_key"],
    stored: """
      SELECT json_object_agg(i.spelling || ' ' || c.kpi_spelling, c.notes)
      FROM constraints.contribution c JOIN constraints.initiative i USING (initiative_key)
      """)
  static let metrics = SavedTab(
    book: "ProductOps.xlsx", name: "Metrics_Config", keys: ["kpi_key"],
    stored: "SELECT json_object_agg(kpi_key, notes) FROM metrics.kpi")

  /// A row of the sheet.
  struct Row: Decodable {
    var key: String
    var notes: String
    var status: String

    /// Rows that are good and wait for others say "OK (not saved: …)".
    var isSaved: Bool { status.hasPrefix("OK:") || status.hasPrefix("OK (warning)") }
  }

  private static func run(_ arguments: [String]) throws -> Outcome {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with openpyxl", mend: "make tools") }
    let script = Program.repository.appendingPathComponent("Tests/Crash/Python/typed_rows.py").path
    let outcome = try Program.run(python, [script] + arguments)
    guard outcome.status == 0 else { throw RunningSystem.Failure(description: outcome.transcript) }
    return outcome
  }

  /// Types the text into every row's notes; whatever status a row had is gone.
  func type(_ text: String, into books: URL) throws {
    _ = try Self.run(["type", books.appendingPathComponent(book).path, name, text])
  }

  func rows(of books: URL) throws -> [Row] {
    let read = try Self.run(["read", books.appendingPathComponent(book).path, name] + keys)
    return try JSONDecoder().decode([Row].self, from: Data(read.output.utf8))
  }

  /// The notes of each stored row.
  func storedNotes(_ system: RunningSystem) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(system.ask(stored).utf8))
  }
}

/// Whether a tab and what is stored of it tell the same.
struct Agreement: CustomStringConvertible {
  /// Rows that are stored as they are typed and say so.
  private(set) var saved = 0
  /// Rows that are stored otherwise, and don't say that they are saved.
  private(set) var unsaved = 0
  /// Everything else.
  private(set) var breaches: [String] = []

  init(_ tab: SavedTab, of books: URL, in system: RunningSystem) throws {
    let stored = try tab.storedNotes(system)
    let rows = try tab.rows(of: books)
    for row in rows {
      switch (stored[row.key] == row.notes, row.isSaved) {
      case (true, true): saved += 1
      case (false, false): unsaved += 1
      case (true, false): breaches.append("\(row.key) is stored as typed (\(row.notes)), and its status is \"\(row.status)\"")
      case (false, true):
        breaches.append("\(row.key) is typed \(row.notes), stored \(stored[row.key] ?? "nothing"), and says \"\(row.status)\"")
      }
    }
    if rows.count != stored.count { breaches.append("\(rows.count) rows are typed, and \(stored.count) are stored") }
  }

  var description: String { "\(saved) saved, \(unsaved) not, \(breaches.count) at odds: \(breaches.prefix(3))" }
}
