import Messages

/// What changed between two revisions.
struct RevisionDiffView {
  var diff: DiffRevisionsResponse

  func lines(_ console: Console) -> [String] {
    let style = console.style
    guard let to = diff.to else { return [] }
    let sets = [diff.from, diff.to].compactMap { $0 }.map { "\($0.scenarioName) / \($0.constraintSetName)" }
    let title = sets.first == sets.last ? sets.suffix(1) : sets[...]
    var lines = [style.bold(title.joined(separator: " -> ").printable)]
    lines.append(style.dim("from  " + (diff.from.map(Self.told) ?? "nothing: it is the set's first revision")))
    lines.append(style.dim("to    " + Self.told(to)))
    if diff.changes.isEmpty { return lines + ["Both say the same."] }
    return lines + diff.changes.map { "\(Self.mark($0.kind, style)) \($0.sentence.printable)" }
  }

  private static func told(_ name: RevisionName) -> String {
    "\(name.revision), \(Quantity.time(microseconds: name.createdAtUs)) by \(name.createdBy)".printable
  }

  private static func mark(_ kind: RevisionChangeKind, _ style: Style) -> String {
    switch kind {
    case .added: style.green("+")
    case .removed: style.red("-")
    case .changed, .unspecified: style.yellow("~")
    }
  }
}

/// Whether stored revisions are what was compiled.
struct RevisionVerificationView {
  var answer: VerifyRevisionsResponse

  func lines(_ console: Console) -> [String] {
    let style = console.style
    let count = Quantity.count(Int(answer.revisions), "revision")
    if answer.broken.isEmpty { return [style.green("ok") + "  \(count): names, messages and columns say the same."] }
    let revisions = Set(answer.broken.map(\.revision)).count
    return [style.red("broken") + "  \(revisions) of \(count); restore them from a backup"]
      + answer.broken.map { fault in
        "  \(fault.scenarioName) / \(fault.constraintSetName)  \(fault.revision)  \(fault.column): \(fault.message)".printable
      }
  }
}
