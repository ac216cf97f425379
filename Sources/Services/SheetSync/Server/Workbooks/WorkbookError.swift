public import SheetSyncDomain

/// Why a workbook could not be read or written. Nothing has been changed when it is thrown, unless it says so.
public struct WorkbookError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// There is no such file or folder.
    case notFound
    /// The system refuses access, or reading or writing failed.
    case notAccessible
    /// Some other kind of file: .xls, .ods, .csv.
    case notAWorkbook
    /// Protected with a password.
    case encrypted
    /// Truncated, or its parts contradict each other.
    case damaged
    /// Beyond a limit that protects this service: too large, too deep, a compression bomb.
    case overLimit
    /// A person has it open in a spreadsheet program.
    case openElsewhere
    /// Another action of Lodestar is at work on it.
    case busy
    /// It was changed since it was read.
    case changedMeanwhile
    /// It was changed at the very moment of writing: what was written may stand where it does not belong.
    case writtenAstray
    /// No tab of that name, or the tab holds no cells (a chart sheet).
    case missingTab
    /// The write would replace a formula.
    case formulaInTheWay
    /// A value that no cell can hold.
    case unwritableValue
    /// A file of that name is there already.
    case alreadyExists
    /// The service has no account with the workbook's keeper, or one that is not accepted there.
    case credentials
    /// The workbook is not shared with the service's account, or not for editing.
    case notShared
    /// The keeper of the workbook is away, or its quota stays used up.
    case unavailable
  }

  public var kind: Kind
  /// The file's name without its folder, or the spreadsheet's title.
  public var file: String
  public var tab: String?
  public var cell: CellAddress?
  /// What is wrong: the end of a sentence that begins with the place.
  public var problem: String
  /// What to do about it, a sentence.
  public var mend: String

  public init(
    _ kind: Kind, file: String, tab: String? = nil, cell: CellAddress? = nil, problem: String, mend: String
  ) {
    self.kind = kind
    self.file = file
    self.tab = tab
    self.cell = cell
    self.problem = problem
    self.mend = mend
  }

  /// Place, problem and mend: `Central Backlog.xlsx, tab "Candidates", cell C7: …; ….`
  public var message: String {
    var place = file
    if let tab { place += ", tab \"\(tab)\"" }
    if let cell { place += ", cell \(cell)" }
    return "\(place): \(problem). \(mend)"
  }

  public var description: String { message }
}
