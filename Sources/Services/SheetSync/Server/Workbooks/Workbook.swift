public import SheetSyncDomain

/// A tab of a workbook.
public struct WorkbookTab: Hashable, Sendable {
  /// As the workbook spells it.
  public var name: String
  /// Hidden from people who look at the workbook.
  public var isHidden: Bool
  /// False for chart sheets and macro sheets, which have no cells to read.
  public var hasCells: Bool

  public init(name: String, isHidden: Bool = false, hasCells: Bool = true) {
    self.name = name
    self.isHidden = isHidden
    self.hasCells = hasCells
  }
}

/// A spreadsheet, wherever it is kept. Everything read through one value is of one moment, and a write succeeds only while the
/// workbook still is what was read.
public protocol Workbook: Sendable {
  /// What people call it, for messages: the file's name.
  var title: String { get }

  /// In the order of the workbook.
  func tabs() async throws(WorkbookError) -> [WorkbookTab]

  /// Reads a tab, found by its name without regard to case.
  func read(_ tab: String, limits: ReadLimits) async throws(WorkbookError) -> SheetTable

  /// Writes cells of any number of tabs, all of them or none. What was read before stays valid but for the cells written, so
  /// that one value can read, write and write again.
  @discardableResult
  func write(_ writes: [TabWrites]) async throws(WorkbookError) -> WriteOutcome

  /// Writes, and changes nothing of the workbook before `isReady` returns: what takes time and changes nothing is done meanwhile.
  @discardableResult
  func write(_ writes: [TabWrites], once isReady: @Sendable () async -> Void) async throws(WorkbookError) -> WriteOutcome

  /// Lets go of it, so that it can be opened anew; it cannot be used afterwards.
  func close() async
}

extension Workbook {
  @discardableResult
  public func write(_ writes: [TabWrites], once isReady: @Sendable () async -> Void) async throws(WorkbookError) -> WriteOutcome {
    await isReady()
    return try await write(writes)
  }
}
