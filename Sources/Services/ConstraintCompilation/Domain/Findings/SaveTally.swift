/// What a save did, row by row, added up.
public struct SaveTally: Equatable, Sendable {
  public var rows = 0
  /// Rows stored anew or with a change.
  public var upserts = 0
  public var unchanged = 0
  /// Stored things that went because no row names them any more.
  public var removed = 0
  /// Good rows that were not stored because a row they belong with is not good.
  public var skipped = 0
  /// Rows with a warning and no error.
  public var warnings = 0
  public var failures = 0

  public init() {}

  /// Counts rows that were refused before anything else was looked at.
  public mutating func add(refused count: Int) {
    rows += count
    failures += count
  }

  /// Counts the rows that the findings concern; row 0, the tab as a whole, is no row.
  mutating func count(_ findings: [Finding]) {
    var worst: [Int: FindingSeverity] = [:]
    for finding in findings where finding.cell.row > 0 {
      worst[finding.cell.row] = max(worst[finding.cell.row] ?? .info, finding.severity)
    }
    failures = worst.values.count { $0 == .error }
    warnings = worst.values.count { $0 == .warning }
  }
}

/// Rows that share what must be unique, by what they share.
struct Duplicates<Identity: Hashable> {
  private var rows: [Identity: [SourceCell]] = [:]

  mutating func add(_ identity: Identity, at cell: SourceCell) {
    rows[identity, default: []].append(cell)
  }

  /// The cells of all rows of the identity, in order, when it has several.
  func cells(of identity: Identity) -> [SourceCell]? {
    guard let cells = rows[identity], cells.count > 1 else { return nil }
    return cells.sorted()
  }
}
