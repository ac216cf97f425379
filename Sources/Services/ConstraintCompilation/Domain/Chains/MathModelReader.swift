/// Reads rows of MathModels: each field alone, the initiative that it names, and its chain.
struct MathModelReader {
  private var initiatives: KeyBook
  private var names: MetricNames
  private let checks: ChainChecks

  init(initiatives: KeyBook, names: MetricNames, checks: ChainChecks) {
    self.initiatives = initiatives
    self.names = names
    self.checks = checks
  }

  /// The row in its canonical form, and its chain; what is typed of the chain stays as it is.
  mutating func read(_ typed: MathModelEntry) -> (RowSave<MathModelEntry>.Reading, MetricChain?) {
    var notes = RowNotes(.mathModels, row: typed.row, key: typed.initiativeKey)
    var entry = typed
    entry.initiativeKey =
      notes.initiative(typed.initiativeKey, column: "initiative_key", in: &initiatives) ?? trimmed(typed.initiativeKey)
    entry.modelName = notes.optionalKey(typed.modelName, column: "model_name")
    entry.formula = notes.text(typed.formula, column: "formula_text", longest: KeyGrammar.longestFormula)
    entry.assumptions = notes.text(typed.assumptions, column: "assumptions_text", longest: KeyGrammar.longestFormula)
    entry.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
    let chain = readChain(&entry, into: &notes)
    var reading = RowSave<MathModelEntry>.Reading(entry: entry, notes: notes)
    if !typed.isApproved {
      reading.isWithheld = true
      if !notes.haveErrors { reading.notes.info("not_approved", "not saved: approved_by_user is not TRUE") }
    }
    return (reading, chain)
  }

  private mutating func readChain(_ entry: inout MathModelEntry, into notes: inout RowNotes) -> MetricChain? {
    var chainNotes = RowNotes(.mathModels, row: entry.row, key: entry.initiativeKey)
    entry.chainText = chainNotes.text(entry.chainText, column: "metric_chain_text", longest: KeyGrammar.longestChain)
    notes.add(chainNotes)
    guard !chainNotes.haveErrors else { return nil }
    let (chain, findings) = MetricChainParser.parse(entry.chainText, names: &names)
    // A chain that nobody has approved may still become right.
    let isError = checks == .error && entry.isApproved
    for (index, finding) in findings.enumerated() {
      let isLast = index == MetricChainParser.mostFindings && findings.count > index + 1
      let message =
        isLast ? "and \(findings.count - index) more findings in metric_chain_text" : "metric_chain_text, \(finding.message)"
      if isError {
        notes.error("metric_chain_text", finding.kind.rawValue, message)
      } else {
        notes.warning("metric_chain_text", finding.kind.rawValue, message)
      }
      if isLast { break }
    }
    return chain
  }
}
