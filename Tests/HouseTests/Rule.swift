import Testing

/// A place where the tree breaks a rule.
struct Breach: CustomStringConvertible, Equatable {
  let path: String
  /// 1-based; 0 when the file as a whole is meant.
  let line: Int
  /// What is wrong, and how to mend it.
  let message: String

  init(_ file: SourceFile, line: Int = 0, _ message: String) {
    path = file.path
    self.line = line
    self.message = message
  }

  var description: String {
    line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)"
  }
}

/// A rule of the house: reads the tree and answers every breach at once.
struct Rule: Sendable, CustomTestStringConvertible {
  let statement: String
  let breaches: @Sendable (SourceTree) -> [Breach]

  init(_ statement: String, _ breaches: @escaping @Sendable (SourceTree) -> [Breach]) {
    self.statement = statement
    self.breaches = breaches
  }

  var testDescription: String { statement }

  static let all: [Rule] =
    importRules + sizeRules + wordRules + [documentedKernel] + testRules + [
      migrationNumbers, generatedHeaders, committedFiles, shortMakefile,
    ]
}
