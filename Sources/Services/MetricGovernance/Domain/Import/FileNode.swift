/// A place in a file: line and column, both from 1.
public struct FilePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  public static let start = FilePosition(line: 1, column: 1)

  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public var description: String { "line \(line), column \(column)" }
  public static func < (one: FilePosition, other: FilePosition) -> Bool { (one.line, one.column) < (other.line, other.column) }
}

/// A value of a file as it was written, before anybody knows what it is meant to be.
public struct FileNode: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    /// - isPlain: written without quotes, so that `null` and `~` mean nothing.
    case text(String, isPlain: Bool)
    case list([FileNode])
    /// In the order written; a key that is there twice is here twice.
    case mapping([FileEntry])
  }

  public var content: Content
  public var position: FilePosition

  public init(_ content: Content, at position: FilePosition) {
    self.content = content
    self.position = position
  }

  /// Left out although its key is there.
  var isNothing: Bool {
    guard case .text(let text, isPlain: true) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// What a person would call it.
  var kind: String {
    switch content {
    case .text: "a text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

public struct FileEntry: Equatable, Sendable {
  public var key: String
  public var keyPosition: FilePosition
  public var value: FileNode

  public init(key: String, keyPosition: FilePosition, value: FileNode) {
    self.key = key
    self.keyPosition = keyPosition
    self.value = value
  }
}

/// What is wrong with a file, or keeps it from being imported: where, what, and what would be right.
public struct FileProblem: Error, Equatable, Sendable {
  /// "metrics.roas.versions.v1.approval"; empty for the file as a whole.
  public var path: String
  public var position: FilePosition
  /// A stable word for programs.
  public var code: String
  /// A sentence for people.
  public var message: String

  public init(path: String, position: FilePosition, code: String, message: String) {
    self.path = path
    self.position = position
    self.code = code
    self.message = message
  }
}
