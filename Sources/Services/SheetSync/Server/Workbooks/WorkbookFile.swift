internal import Glibc
public import SheetSyncDomain

/// An .xlsx or .xlsm file, read and edited in place.
///
/// Only the parts of touched tabs are rewritten, and in them only the touched cells; every other part keeps its bytes, so charts,
/// formats, formulas, validations, comments, macros and unknown tabs survive. A new file takes the old one's place in one
/// step; until then, and whatever fails, the old one is untouched.
///
/// All work is done on a thread of its own, never on the caller's.
public actor WorkbookFile: Workbook {
  public enum Access: Hashable, Sendable {
    /// Reads only; works while a person has the file open.
    case read
    /// Reads and writes: refused while a person has the file open, and alone among the actions of Lodestar until closed.
    case edit
  }

  public nonisolated let title: String
  private let access: Access
  private let path: WorkbookPath
  private var workbook: OpenWorkbook?
  private nonisolated let executor: BlockingExecutor

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Opens a workbook; symbolic links are followed.
  ///
  /// - Parameter patience: how long to wait for another action of Lodestar to be done with the file; for editing only.
  /// - Throws: what is wrong with the file, or who has it open.
  public static func open(
    _ path: String, for access: Access, waiting patience: Duration = .seconds(5)
  ) async throws(WorkbookError) -> WorkbookFile {
    let file = WorkbookFile(try WorkbookPath(path), access)
    try await file.prepare(waiting: patience)
    return file
  }

  private init(_ path: WorkbookPath, _ access: Access) {
    self.path = path
    self.access = access
    title = path.name
    executor = BlockingExecutor("lodestar.workbook")
  }

  /// Lets go of the file and its lock; it cannot be used afterwards. Happens by itself when the last reference goes.
  public func close() {
    workbook = nil
  }

  public func tabs() throws(WorkbookError) -> [WorkbookTab] {
    try opened().tabs
  }

  public func read(_ tab: String, limits: ReadLimits = ReadLimits()) throws(WorkbookError) -> SheetTable {
    try opened().read(tab, limits: limits)
  }

  @discardableResult
  public func write(_ writes: [TabWrites]) throws(WorkbookError) -> WriteOutcome {
    let (outcome, replaced) = try openedForEditing().write(writes)
    if let replaced { workbook = replaced }
    return outcome
  }

  @discardableResult
  public func write(_ writes: [TabWrites], once isReady: @Sendable () async -> Void) async throws(WorkbookError) -> WriteOutcome {
    let opened = try openedForEditing()
    let (outcome, prepared) = try opened.prepare(writes)
    await isReady()
    guard let prepared else { return outcome }
    // Somebody may have closed or written it meanwhile.
    guard workbook === opened else { throw .changedMeanwhile(title) }
    workbook = try opened.place(prepared)
    return outcome
  }

  private func prepare(waiting patience: Duration) throws(WorkbookError) {
    let input: Descriptor
    let isFile: Bool
    do throws(SystemFault) {
      input = try Descriptor.open(path.path, flags: O_RDONLY | O_NONBLOCK)
      isFile = try input.status().st_mode & S_IFMT == S_IFREG
    } catch {
      throw .system(title, doing: "opening it", errno: error.code)
    }
    guard isFile else {
      throw WorkbookError(.notAWorkbook, file: title, problem: "this is no file", mend: "Give the path of the workbook itself.")
    }
    if access == .edit {
      if let holder = OpenElsewhere.check(folder: path.folder, name: path.name) { throw holder }
      workbook = try OpenWorkbook(FileLock.open(path, waiting: patience), path: path)
    } else {
      workbook = try OpenWorkbook(input, path: path)
    }
  }

  private func openedForEditing() throws(WorkbookError) -> OpenWorkbook {
    guard access == .edit else {
      throw WorkbookError(.notAccessible, file: title, problem: "it was opened for reading only", mend: "Open it for editing.")
    }
    return try opened()
  }

  private func opened() throws(WorkbookError) -> OpenWorkbook {
    guard let workbook else {
      throw WorkbookError(.notAccessible, file: title, problem: "it has been closed", mend: "Open it again.")
    }
    return workbook
  }
}
