/// What a formula may at most be: far beyond what people write, and little enough for every walk through it.
public struct FormulaLimits: Sendable {
  public var characters: Int
  /// Of brackets, functions and CASE in one another.
  public var depth: Int
  /// Of a number, before and behind the point together.
  public var digits: Int

  public init(characters: Int, depth: Int, digits: Int) {
    self.characters = characters
    self.depth = depth
    self.digits = digits
  }

  public static let ofDefinitions = FormulaLimits(characters: 10_000, depth: 64, digits: 40)
  /// What a normal form of such a definition stays within.
  public static let ofNormalForms = FormulaLimits(characters: 100_000, depth: 256, digits: 100_000)
}

/// A metric's definition, read: aggregates of a relation's columns, and arithmetic over them, in the words of SQL.
///
/// Columns that are reckoned with are taken for PostgreSQL's numeric (finite, no NaN): what is said of two formulas holds there. On binary
/// floating point the order of additions changes the last digits, and fixed-width integers can overflow in one order and not in
/// another.
public struct Formula: Hashable, Sendable {
  /// As it was written.
  public let text: String
  let root: FormulaNode
  /// Of the columns, qualified as they were written, in the order of their letters.
  public let columnsRead: [String]

  public init(_ text: String, limits: FormulaLimits = .ofDefinitions) throws(FormulaError) {
    self.text = text
    var parser = try FormulaParser(text, limits: limits)
    root = try parser.definition()
    columnsRead = root.columns.names
  }

  /// One text for all formulas that are known to give the same values on all data; itself a formula.
  public var normalForm: String { FormulaWriter.text(normalRoot) }

  var normalRoot: FormulaNode {
    let normal = FormulaNormalizer.normal(root)
    // Long constants in front of long sums can multiply; nobody writes such a thing, and as it was written it is no less right.
    return FormulaWriter.text(normal).utf8.count <= FormulaLimits.ofNormalForms.characters ? normal : root
  }

  /// Whether only the spelling differs.
  public func isSpelling(of other: Formula) -> Bool { root == other.root }

  public static func == (one: Formula, other: Formula) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }
  public func hash(into hasher: inout Hasher) { hasher.combine(ExactText(text)) }
}

/// Why a text is no formula.
public struct FormulaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// 1-based, in characters.
  public var position: Int
  /// What stands there, shortened; "the end" behind the last character.
  public var found: String
  /// What is wrong and what would be right.
  public var message: String

  public init(position: Int, found: String, message: String) {
    self.position = position
    self.found = found
    self.message = message
  }

  public var description: String { "character \(position), at \(found): \(message)" }
}
