import Messages
import SheetSyncDomain

/// Asks a language model for the metric chains of MathModels that have none suggested, and writes the answers into the one column that is
/// the model's. Nothing is stored: a suggestion counts once a person has made it their own.
struct SuggestAction {
  let context: ActionContext
  let journal: ActionJournal
  let path: String
  let scope: RowScope
  /// The rows meant when the scope is a selection.
  let keys: [String]

  /// So many rows are asked about in one action; a repetition goes on with the rest.
  static let mostRows = 500
  /// After so many answers they are written, so that little is lost when something ends.
  static let rowsPerWrite = 10

  /// A row that wants a suggestion.
  struct Subject: Equatable {
    var rowNumber: Int
    var key: RowKey
    var formula: String
    var assumptions: String
  }

  /// How far it came.
  private struct Progress {
    var written = 0
    var declined = 0
    var findings: [RowFinding] = []
    var failure: ActionFailure?

    mutating func note(_ subject: Subject?, _ severity: FindingSeverity, _ code: String, _ message: String) {
      findings.append(
        RowFinding(
          rowNumber: subject?.rowNumber ?? 0, key: subject?.key.text ?? "",
          column: subject == nil ? "" : "llm_suggested_metric_chain_text", severity: severity, code: code, message: message))
    }
  }

  func perform() async throws -> ActionEnding {
    guard let suggester = context.suggester else { throw ChainSuggester.absent }
    let key = try suggester.readKey()
    let (subjects, missing) = try await readSubjects()
    var progress = Progress()
    progress.findings = missing
    guard !subjects.isEmpty else { return ending(subjects, progress) }
    if subjects.count > Self.mostRows {
      progress.note(
        nil, .info, "more_rows",
        "\(subjects.count - Self.mostRows) more rows want a suggestion; repeat the action for the next of them")
    }
    let kpiKeys = try await context.rows.metricsConfig().kpis.filter(\.isActive).map(\.kpiKey)
    try await journal.begin("suggest", "asking for \(min(subjects.count, Self.mostRows)) chains")
    try await suggest(Array(subjects.prefix(Self.mostRows)), kpiKeys, suggester, key, &progress)
    journal.end("\(progress.written) suggested", progress.failure == nil ? .ok : .partial)
    return ending(subjects, progress)
  }

  // MARK: Reading

  private func readSubjects() async throws -> ([Subject], [RowFinding]) {
    try await journal.begin("read", "reading MathModels")
    let (subjects, missing) = try await context.workbooks.withWorkbook(path, editing: false) { workbook in
      let (reading, table) = try await SavedRows.read(Catalogue[.mathModels], of: workbook, limits: context.limits)
      guard reading.header.column("llm_suggested_metric_chain_text") != nil else {
        throw ActionFailure(
          code: "wrong_header",
          message:
            "\(reading.header.tab) has no column \"llm_suggested_metric_chain_text\" to write to; add it to the headers in row"
            + " \(reading.header.rowNumber)")
      }
      let (rows, missing) = scope == .selection ? reading.selecting(keys) : (reading.rows, [])
      let wanted = Set(rows.map(\.number))
      return (Self.subjects(in: reading, table).filter { wanted.contains($0.rowNumber) }, missing)
    }
    journal.name(tab: TabName.mathModels.rawValue)
    journal.end("\(subjects.count) rows want a suggestion")
    return (subjects, missing)
  }

  /// The rows that say something, that one key names, and that have no suggestion yet.
  private static func subjects(in reading: TabReading, _ table: SheetTable) -> [Subject] {
    let writer = TabWriter(reading.header, table: table, source: "", now: DateSerial(days: 0))
    let open = Set(writer.suggestions(reading.rows.map { ($0.number, "") }).cells.map(\.address.row))
    return reading.rows.filter { open.contains($0.number) && $0.isReadable }.compactMap { row in
      let model = MathModelTextRow(row)
      guard !model.formulaText.isEmpty || !model.assumptionsText.isEmpty else { return nil }
      return Subject(rowNumber: row.number, key: row.key, formula: model.formulaText, assumptions: model.assumptionsText)
    }
  }

  // MARK: Asking

  private func suggest(
    _ subjects: [Subject], _ kpiKeys: [String], _ suggester: ChainSuggester, _ key: String?, _ progress: inout Progress
  ) async throws {
    var answered: [(subject: Subject, text: String)] = []
    for (index, subject) in subjects.enumerated() {
      let prompt = ChainPrompt(formula: subject.formula, assumptions: subject.assumptions, kpiKeys: kpiKeys)
      do {
        let answer = try await suggester.ask(prompt, key: key)
        if let text = take(answer, for: subject, kpiKeys, &progress) { answered.append((subject, text)) }
      } catch let failure as ActionFailure {
        progress.failure = failure
      }
      journal.tellProgress("\(index + 1) of \(subjects.count) asked", fraction: Double(index + 1) / Double(subjects.count))
      if answered.count == Self.rowsPerWrite || progress.failure != nil || index == subjects.count - 1 {
        do {
          if !answered.isEmpty { try await write(answered, &progress) }
        } catch {
          // What stands in the workbook by now is told, and not only what came in the way of the rest.
          guard progress.written > 0, let failure = ActionFailure(foreseen: error) else { throw error }
          progress.failure = progress.failure ?? failure
        }
        answered = []
      }
      if progress.failure != nil { return }
    }
  }

  /// The text to write; nil when the answer is no chain.
  private func take(_ answer: String, for subject: Subject, _ kpiKeys: [String], _ progress: inout Progress) -> String? {
    do throws(SuggestedChain.Problem) {
      guard let chain = try SuggestedChain.read(answer, kpiKeys: kpiKeys) else {
        progress.declined += 1
        progress.note(subject, .info, "no_suggestion", "the language model says that the texts do not say enough for a chain")
        return nil
      }
      if !chain.unknownNames.isEmpty {
        progress.note(
          subject, .info, "unknown_names",
          "suggested with names that are no KPI keys: \(chain.unknownNames.joined(separator: ", "))")
      }
      return chain.text
    } catch {
      progress.declined += 1
      progress.note(subject, .warning, "no_chain", "the language model's answer \(error.message); nothing was written")
      return nil
    }
  }

  // MARK: Writing

  /// The workbook was free while the model was asked: a row is found by its key, and gets its suggestion only if it says still what the
  /// model was told and nothing stands there by now.
  private func write(_ answered: [(subject: Subject, text: String)], _ progress: inout Progress) async throws {
    let written = try await context.withWorkbook(path, editing: true, telling: journal) { workbook in
      try await context.payDebts(of: path, in: workbook)
      let (reading, table) = try await SavedRows.read(Catalogue[.mathModels], of: workbook, limits: context.limits)
      let now = Dictionary(Self.subjects(in: reading, table).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      let texts = answered.compactMap { subject, text -> (rowNumber: Int, text: String)? in
        guard let row = now[subject.key], row.formula == subject.formula, row.assumptions == subject.assumptions else {
          return nil
        }
        return (row.rowNumber, text)
      }
      let writer = TabWriter(reading.header, table: table, source: "", now: DateSerial(days: 0))
      let plan = writer.suggestions(texts)
      if !plan.cells.isEmpty { try await workbook.write([plan.tabWrites]) }
      return plan.cells.count
    }
    progress.written += written
    if written < answered.count {
      progress.note(
        nil, .info, "rows_changed",
        "\(answered.count - written) rows were changed while the model was asked; they got no suggestion")
    }
  }

  private func ending(_ subjects: [Subject], _ progress: Progress) -> ActionEnding {
    var parts = [
      subjects.isEmpty
        ? "No row of MathModels wants a suggestion: each has one, or has neither formula nor assumptions"
        : "\(progress.written) of \(subjects.count) rows of MathModels got a suggestion. Copy one to metric_chain_text to use it"
    ]
    if let failure = progress.failure { parts.append(failure.message) }
    let missing = progress.findings.count { $0.severity == .error }
    var status = ActionStatus.ok
    if progress.failure != nil || missing > 0 { status = progress.written > 0 ? .partial : .failed }
    let counts = SaveCounts(
      rows: UInt32(subjects.count), upserts: UInt32(progress.written),
      skipped: UInt32(max(0, subjects.count - progress.written - progress.declined)),
      warnings: UInt32(progress.findings.count { $0.severity == .warning }), failures: UInt32(missing))
    return ActionEnding(
      status: status, message: parts.joined(separator: ". ") + ".", counts: counts,
      messages: ActionEnding.messages(progress.findings))
  }
}
