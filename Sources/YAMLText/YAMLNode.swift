/// A place in a text: line and column, both from 1; the column counts characters.
public struct YAMLPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public var description: String { "line \(line), column \(column)" }
  public static func < (one: YAMLPosition, other: YAMLPosition) -> Bool { (one.line, one.column) < (other.line, other.column) }
}

/// A value of a YAML document with the place where it begins. Scalars are the text that was written: nothing guesses whether `1.0`, `yes`
/// or `null` means more than its letters.
public struct YAMLNode: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    /// - isPlain: written without quotes, and not as a block.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// In the order written; a key that is there twice is here twice.
    case mapping([YAMLEntry])
  }

  public var content: Content
  public var position: YAMLPosition

  public init(_ content: Content, at position: YAMLPosition) {
    self.content = content
    self.position = position
  }
}

/// A key of a mapping with its value.
public struct YAMLEntry: Equatable, Sendable {
  public var key: String
  public var keyPosition: YAMLPosition
  public var value: YAMLNode

  public init(key: String, keyPosition: YAMLPosition, value: YAMLNode) {
    self.key = key
    self.keyPosition = keyPosition
    self.value = value
  }
}

/// What is wrong with a text as YAML, or with what of YAML it uses.
public struct YAMLFault: Error, Equatable, Sendable {
  /// A stable word for programs: "yaml_syntax", "yaml_alias", "yaml_anchor", "yaml_tag", "yaml_key", "yaml_documents", "yaml_too_deep",
  /// "yaml_too_large", "yaml_too_many_values".
  public var code: String
  /// What is wrong and what would be right.
  public var message: String
  public var position: YAMLPosition

  public init(code: String, message: String, position: YAMLPosition) {
    self.code = code
    self.message = message
    self.position = position
  }
}
