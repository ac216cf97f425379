/// Names and literals as SQL's own.
enum SQLText {
  static func identifier(_ name: String) -> String { FormulaWriter.quoted(name, by: "\"") }

  /// A text with a backslash is written in the form whose meaning no setting changes.
  static func literal(_ text: String) -> String {
    let quoted = FormulaWriter.quoted(text, by: "'")
    guard text.unicodeScalars.contains("\\") else { return quoted }
    var escaped = String.UnicodeScalarView("E".unicodeScalars)
    for scalar in quoted.unicodeScalars {
      escaped.append(scalar)
      if scalar == "\\" { escaped.append(scalar) }
    }
    return String(escaped)
  }
}

/// A relation of the warehouse: `roas_v1`, `marts.roas_v1`, `"Marts"."ROAS v1"`.
public struct WarehouseRelation: Hashable, Sendable {
  let names: [ExactText]

  /// Nil for what is no name of at most three parts. Letters outside quotes are folded, as PostgreSQL does.
  public init?(_ text: String) {
    guard text.utf8.count <= 1_000 else { return nil }
    var tokenizer = FormulaTokenizer(text, mostDigits: 0)
    guard let tokens = try? tokenizer.tokens(), tokens.count.isMultiple(of: 2), tokens.count <= 6 else { return nil }
    var names: [ExactText] = []
    for (index, token) in tokens.enumerated() {
      switch token.content {
      case .word(let name) where index.isMultiple(of: 2), .quoted(let name) where index.isMultiple(of: 2):
        names.append(ExactText(name))
      case .sign(".") where !index.isMultiple(of: 2), .end where index == tokens.count - 1: continue
      default: return nil
      }
    }
    self.names = names
  }

  /// Where a version's values are: as its content says, else by the name of the version.
  public init?(of content: VersionContent, metric: MetricKey, version: VersionNumber) {
    self.init(content.relation.isEmpty ? "\(metric)_\(version)" : content.relation)
  }

  /// Quoted.
  public var sql: String { names.map { SQLText.identifier($0.text) }.joined(separator: ".") }
}
