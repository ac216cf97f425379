internal import SheetSyncDomain

/// A workbook file in one state: what was opened is what is read, whatever happens to the name meanwhile.
final class OpenWorkbook {
  private let path: WorkbookPath
  private let input: Descriptor
  private let identity: FileIdentity
  private let archive: Archive
  private let part: WorkbookPart
  private var styles: Styles?
  private var strings: SharedStrings?
  private let knowsPlainRows: Bool
  /// The sheet that was read last, for the write that follows, and its member.
  private var lastRead: (sheet: PlainSheet, index: UInt64)?

  /// `knowsPlainRows`: false lets the parser go over everything, which changes nothing but the time.
  init(_ input: Descriptor, path: WorkbookPath, knowsPlainRows: Bool = true) throws(WorkbookError) {
    self.path = path
    self.input = input
    self.knowsPlainRows = knowsPlainRows
    do throws(SystemFault) { identity = FileIdentity(try input.status()) } catch {
      throw .system(path.name, doing: "reading it", errno: error.code)
    }
    try FileKind.check(input, size: identity.size, file: path.name)
    archive = try Archive(input, size: identity.size, file: path.name)
    part = try WorkbookPart(in: archive)
  }

  var tabs: [WorkbookTab] {
    part.sheets.map { WorkbookTab(name: $0.name, isHidden: $0.isHidden, hasCells: $0.part != nil) }
  }

  func read(_ tab: String, limits: ReadLimits) throws(WorkbookError) -> SheetTable {
    let (name, member) = try sheet(tab)
    let (styles, strings) = (try loadStyles(), try loadStrings())
    let reader = try pass(member, tab: name) {
      SheetReader(
        file: path.name, tab: name, limits: limits, styles: styles, strings: strings, usesDateSystem1904: part.usesDateSystem1904)
    }
    return reader.table
  }

  /// Lets a visitor see a sheet; it is made anew when the first turns out to have been shown too much.
  private func pass<Visitor: SheetVisitor>(
    _ member: ArchiveMember, tab: String, _ makeVisitor: () throws(WorkbookError) -> Visitor
  ) throws(WorkbookError) -> Visitor {
    if knowsPlainRows, let sheet = lastRead?.index == member.index ? lastRead?.sheet : PlainSheet(member, in: archive) {
      let visitor = try makeVisitor()
      if sheet.pass(visitor, file: path.name, part: member.name, tab: tab) {
        lastRead = (sheet, member.index)
        return visitor
      }
    }
    let visitor = try makeVisitor()
    try XMLParser.parse(member, in: archive, limit: PartLimits.sheet, SheetScanner(tab: tab, visitor: visitor))
    return visitor
  }

  /// Writes all or nothing. Answers the workbook in its new state, or nil when there was nothing to change.
  func write(_ writes: [TabWrites]) throws(WorkbookError) -> (WriteOutcome, OpenWorkbook?) {
    let (outcome, made) = try prepare(writes)
    return (outcome, try made.map { made throws(WorkbookError) in try place(made) })
  }

  /// A new file beside the old one, whole and on the disk.
  struct Prepared {
    fileprivate var file: FileReplacement
    fileprivate var workbook: OpenWorkbook
  }

  /// Puts a new file in the old one's place, provided that still is what it was, and answers the workbook in its new state.
  func place(_ prepared: Prepared) throws(WorkbookError) -> OpenWorkbook {
    try prepared.file.place(over: identity)
    return prepared.workbook
  }

  /// Makes the new file and leaves the old one as it is; nil when there is nothing to change.
  func prepare(_ writes: [TabWrites]) throws(WorkbookError) -> (WriteOutcome, Prepared?) {
    guard FileIdentity.now(at: path.path) == identity else { throw .changedMeanwhile(path.name) }
    if let holder = OpenElsewhere.check(folder: path.folder, name: path.name) { throw holder }
    try WriteCheck.check(writes, title: path.name)
    var outcome = WriteOutcome(cellsWritten: 0, skipped: [])
    var replacements: [Replacement] = []
    for tabWrites in writes where !tabWrites.writes.isEmpty {
      let (name, member) = try sheet(tabWrites.tab)
      let markup = CellMarkup(styles: try loadStyles(), usesDateSystem1904: part.usesDateSystem1904)
      let editor = try pass(member, tab: name) { () throws(WorkbookError) in
        SheetEditor(
          tab: name, writes: tabWrites.writes, markup: markup, hasFormulas: part.hasCalculationChain, output: try newSpool())
      }
      do throws(SystemFault) { try editor.finish() } catch {
        throw .system(path.name, doing: "writing it", errno: error.code)
      }
      if tabWrites.onFormula == .refuse, !editor.formulas.isEmpty {
        throw .formulaInTheWay(path.name, at: editor.formulas, tab: name)
      }
      outcome.skipped += editor.formulas.map { WriteOutcome.Skipped(tab: name, address: $0) }
      outcome.cellsWritten += editor.cellsWritten
      if editor.cellsWritten > 0 {
        replacements.append(Replacement(member: member, content: editor.splice.output, size: editor.splice.size))
      }
    }
    guard !replacements.isEmpty else { return (outcome, nil) }
    return (outcome, try replace(replacements))
  }

  /// Writes the new file and looks it over.
  private func replace(_ replacements: [Replacement]) throws(WorkbookError) -> Prepared {
    let file = try FileReplacement(of: path, like: input)
    try Archive.rewrite(input, size: identity.size, replacing: replacements, to: file.content, file: path.name)
    guard try FileLock.take(file.content, of: path) else {
      throw WorkbookError(
        .busy, file: path.name, problem: "another action of Lodestar is at work on the file",
        mend: "Wait for it to end and try again.")
    }
    let replaced = try OpenWorkbook(file.content, path: path)
    try checkNothingElseChanged(in: replaced, but: replacements)
    replaced.styles = styles
    replaced.strings = strings
    try file.makeDurable()
    return Prepared(file: file, workbook: replaced)
  }

  private func checkNothingElseChanged(in other: OpenWorkbook, but replacements: [Replacement]) throws(WorkbookError) {
    let touched = Set(replacements.map(\.member.index))
    let isSame =
      archive.members.count == other.archive.members.count
      && zip(archive.members, other.archive.members).allSatisfy { old, new in
        touched.contains(old.index) ? old.name == new.name : old == new
      }
    guard isSame else { throw .damaged(path.name, "rewriting it would change parts that must not change, so it was left alone") }
  }

  private func sheet(_ tab: String) throws(WorkbookError) -> (name: String, member: ArchiveMember) {
    let wanted = tab.lowercased()
    let found = part.sheets.filter { $0.name.lowercased() == wanted }
    guard let sheet = found.first else {
      throw .missingTab(path.name, tab, among: part.sheets.map { String($0.name.prefix(31)) })
    }
    guard found.count == 1 else { throw .damaged(path.name, "it has two tabs of this name", tab: sheet.name) }
    guard let partName = sheet.part else { throw .noCells(path.name, "a chart or a macro sheet", tab: sheet.name) }
    guard let member = archive.member(partName) else {
      throw .damaged(path.name, "its part \"\(partName)\" is missing", tab: sheet.name)
    }
    return (sheet.name, member)
  }

  private func newSpool() throws(WorkbookError) -> Descriptor {
    do throws(SystemFault) { return try openSpool(inFolder: path.folder) } catch {
      throw .system(path.name, doing: "making a temporary file beside it", errno: error.code)
    }
  }

  private func loadStyles() throws(WorkbookError) -> Styles {
    if let styles { return styles }
    let loaded = try part.stylesPart.flatMap { archive.member($0) }.map { member throws(WorkbookError) in
      try Styles(member, in: archive)
    }
    styles = loaded ?? Styles()
    return loaded ?? Styles()
  }

  private func loadStrings() throws(WorkbookError) -> SharedStrings {
    if let strings { return strings }
    let loaded = try part.sharedStringsPart.flatMap { archive.member($0) }.map { member throws(WorkbookError) in
      try SharedStrings(member, in: archive)
    }
    strings = loaded ?? SharedStrings()
    return loaded ?? SharedStrings()
  }
}
