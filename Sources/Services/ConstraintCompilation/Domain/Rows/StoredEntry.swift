/// A row that is stored by itself, under a key of several parts.
public protocol StoredEntry: Equatable, Sendable {
  static var tab: PlanningTab { get }
  /// What one of them is called in messages.
  static var noun: String { get }
  /// The columns of the key.
  static var keyColumns: [String] { get }
  /// 1-based.
  var row: Int { get set }
  /// The parts of the key as typed.
  var keyParts: [String] { get }
  /// Whether the row says nothing beside its key, so that it takes back what is stored.
  var isEmpty: Bool { get }
}

extension StoredEntry {
  public var isEmpty: Bool { false }

  /// What the tab tells rows apart by.
  public var identity: [NormalKey] { keyParts.map { NormalKey($0) } }

  /// Equal in all but the number.
  func isSame(as other: Self) -> Bool {
    var moved = other
    moved.row = row
    return self == moved
  }
}
