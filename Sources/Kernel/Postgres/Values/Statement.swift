/// SQL text with its values. What is interpolated becomes a bind, never text:
/// `"SELECT label FROM kpis WHERE key = \(key)"` is sent as `SELECT label FROM kpis WHERE key = $1` with `key` beside it.
/// Statements nest (`"\(columns) WHERE …"`); names are quoted with `\(identifier:)`; raw text has to be spelt `\(unsafeSQL:)`.
/// A statement is prepared once per connection and text, so values belong into binds for speed as well.
public struct Statement: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The SQL as PostgreSQL sees it, with `$1`, `$2`, … where values were interpolated.
  public let sql: String
  /// The texts around the binds: always one more than there are binds.
  private let pieces: [String]
  let binds: Binds

  /// A statement without values.
  public init(stringLiteral value: String) {
    self.init(pieces: [value], binds: Binds())
  }

  /// The statement that an interpolated literal spells.
  public init(stringInterpolation: StringInterpolation) {
    self.init(pieces: stringInterpolation.pieces, binds: stringInterpolation.binds)
  }

  /// A statement whose text was put together elsewhere. Whoever calls this answers for every value in it.
  public init(unsafeSQL: String) {
    self.init(pieces: [unsafeSQL], binds: Binds())
  }

  private init(pieces: [String], binds: Binds) {
    self.pieces = pieces
    self.binds = binds
    var sql = pieces[0]
    for (index, piece) in pieces.dropFirst().enumerated() {
      sql += "$\(index + 1)"
      sql += piece
    }
    self.sql = sql
  }

  /// Gathers the pieces of an interpolated statement.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [String] = [""]
    fileprivate var binds = Binds()

    /// Called by the compiler.
    public init(literalCapacity: Int, interpolationCount: Int) {
      pieces.reserveCapacity(interpolationCount + 1)
    }

    private mutating func append(text: String) {
      pieces[pieces.count - 1] += text
    }

    /// Called by the compiler with the text between values.
    public mutating func appendLiteral(_ literal: String) {
      append(text: literal)
    }

    /// Binds the value.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      binds.append(value)
      pieces.append("")
    }

    /// Puts another statement in place, its values included.
    public mutating func appendInterpolation(_ statement: Statement) {
      append(text: statement.pieces[0])
      pieces += statement.pieces.dropFirst()
      binds.append(contentsOf: statement.binds)
    }

    /// Quotes a name of a table, column, schema or channel: `\(identifier: "my table")` becomes `"my table"`.
    public mutating func appendInterpolation(identifier: String) {
      append(text: Statement.quoted(identifier))
    }

    /// Puts raw text in place. Whoever writes this answers for the text.
    public mutating func appendInterpolation(unsafeSQL: String) {
      append(text: unsafeSQL)
    }
  }

  /// The name as SQL's quoted identifier.
  static func quoted(_ identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
