/// Reads rows of Candidates: each field alone, and the initiatives that it names.
struct CandidateReader {
  private var book: KeyBook
  private let positions: [NormalKey: Int]

  init(_ known: [PlannedInitiative]) {
    book = KeyBook(known.map(\.key))
    positions = Dictionary(known.enumerated().map { (NormalKey($1.key), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Puts the row into its canonical form; the position of its initiative, nil when there is none.
  mutating func read(_ entry: inout CandidateEntry, into notes: inout RowNotes) -> Int? {
    let key = notes.initiative(entry.key, column: "initiative_key", in: &book)
    entry.fields = readFields(entry.fields, of: entry.key, into: &notes)
    return key.flatMap { positions[NormalKey($0)] }
  }

  private mutating func readFields(_ typed: CandidateFields, of key: String, into notes: inout RowNotes) -> CandidateFields {
    var fields = typed
    if let tokens = typed.tokens, !(0...mostTokens).contains(tokens) {
      notes.error("engineering_tokens", "out_of_range", "engineering_tokens is \(tokens); it must be 0 to \(mostTokens)")
    }
    readScope(into: &fields, &notes)
    fields.deadlineDate = trimmed(typed.deadlineDate)
    if !fields.deadlineDate.isEmpty, let fault = CalendarDate.fault(of: fields.deadlineDate) {
      notes.error("deadline_date", "bad_date", "deadline_date \"\(shown(fields.deadlineDate))\" \(fault)")
    }
    fields.mandateReason = notes.text(typed.mandateReason, column: "mandate_reason", longest: KeyGrammar.longestNotes)
    if typed.isMandatory, fields.mandateReason.isEmpty {
      notes.error("mandate_reason", "missing_value", "mandate_reason is blank; is_mandatory is TRUE, so say why")
    }
    fields.bundleKey = isBlank(typed.bundleKey) ? "" : notes.requiredKey(typed.bundleKey, column: "bundle_key") ?? ""
    fields.prerequisiteKeys = initiatives(typed.prerequisiteKeys, column: "prerequisite_keys", of: key, into: &notes)
    fields.exclusionKeys = initiatives(typed.exclusionKeys, column: "exclusion_keys", of: key, into: &notes)
    let needed = Set(fields.prerequisiteKeys.map { NormalKey($0) })
    for excluded in fields.exclusionKeys where needed.contains(NormalKey(excluded)) {
      notes.error(
        "exclusion_keys", "needed_and_excluded",
        "\"\(excluded)\" stands in prerequisite_keys and in exclusion_keys; take it out of one")
    }
    fields.synergyGroupKeys = keys(typed.synergyGroupKeys, column: "synergy_group_keys", into: &notes)
      .filter { notes.requiredKey($0, column: "synergy_group_keys") != nil }
    fields.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
    return fields
  }

  /// Numbers of a form that the row's scope_mode leaves out are kept, and told: another mode may be meant.
  private func readScope(into fields: inout CandidateFields, _ notes: inout RowNotes) {
    if let tokens = fields.tokensMvp, !(0...mostTokens).contains(tokens) {
      notes.error("engineering_tokens_mvp", "out_of_range", "engineering_tokens_mvp is \(tokens); it must be 0 to \(mostTokens)")
    }
    if let share = fields.mvpShare, !(0...1).contains(share) {
      notes.error(
        "mvp_contribution_share", "out_of_range",
        "mvp_contribution_share is \(plain(share)); it must be 0 to 1, as 0.4 for two fifths of the contributions")
    }
    guard !isBlank(fields.scopeMode) else {
      fields.scopeMode = ""
      return noteUnusedScope(fields, "blank, which means full", &notes)
    }
    guard let scope: ScopeMode = notes.word(fields.scopeMode, column: "scope_mode") else { return }
    fields.scopeMode = scope.rawValue
    if scope == .full { return noteUnusedScope(fields, "full", &notes) }
    if let column = fields.missingSize, column != "engineering_tokens" {
      notes.warning(
        column, "missing_size",
        "\(column) is blank, and scope_mode is \(scope.rawValue); the initiative cannot be selected until it has a number")
    }
    if let smaller = fields.tokensMvp, let whole = fields.tokens, smaller > whole {
      notes.warning(
        "engineering_tokens_mvp", "mvp_over_full",
        "engineering_tokens_mvp is \(smaller), more than the \(whole) of engineering_tokens; the smaller form should take fewer")
    }
  }

  private func noteUnusedScope(_ fields: CandidateFields, _ mode: String, _ notes: inout RowNotes) {
    let filled = [
      ("engineering_tokens_mvp", fields.tokensMvp != nil), ("mvp_contribution_share", fields.mvpShare != nil),
    ].filter(\.1).map(\.0)
    for column in filled {
      notes.warning(
        column, "unused_column", "\(column) is not used: scope_mode is \(mode); make it mvp or either, or clear the cell")
    }
  }

  private func keys(_ typed: [String], column: String, into notes: inout RowNotes) -> [String] {
    let keys = KeyGrammar.distinct(typed)
    if keys.count > KeyGrammar.longestList {
      notes.error(column, "too_long", "\(column) lists \(keys.count) keys; at most \(KeyGrammar.longestList) are kept")
      return []
    }
    return keys
  }

  private mutating func initiatives(_ typed: [String], column: String, of key: String, into notes: inout RowNotes) -> [String] {
    var found: [String] = []
    for other in keys(typed, column: column, into: &notes) {
      if NormalKey(other) == NormalKey(key) {
        notes.error(column, "names_itself", "\(column) names \"\(shown(other))\" itself; take it out")
      } else if let spelling = notes.initiative(other, column: column, in: &book) {
        found.append(spelling)
      }
    }
    return found
  }
}

extension RowNotes {
  /// The stored spelling of the initiative that the cell names; nil and an error when it names none.
  mutating func initiative(_ typed: String, column: String, in book: inout KeyBook) -> String? {
    let key = trimmed(typed)
    guard !key.isEmpty else {
      error(column, "missing_value", "\(column) is blank; it is required")
      return nil
    }
    if let spelling = book.spelling(of: key) { return spelling }
    error(
      column, "unknown_initiative",
      "\(column) \"\(shown(key))\" is not an initiative of Central Backlog" + book.suggestion(for: key))
    return nil
  }
}
