extension Rule {
  static let documentedKernel = Rule("public types and functions of Kernel are documented") { tree in
    tree.handwrittenSwift.flatMap { file -> [Breach] in
      guard case .kernel = file.room else { return [] }
      return file.codeLines.indices.filter { needsDocumentation(file.codeLines[$0]) && !isDocumented(file, at: $0) }.map {
        Breach(file, line: $0 + 1, "is public without a word of documentation; say what it does, its units, its errors")
      }
    }
  }

  /// What a protocol asks for is documented where the protocol is.
  private static let witnesses = [
    "description", "debugDescription", "hash(into", "==", "<", "makeAsyncIterator", "next(", "encode(to", "Element", "Failure",
    "json(includingDefaults", "jsonDefault", "AsyncIterator", "RawValue", "rawValue", "ArrayLiteralElement", "StringLiteralType",
    "StringInterpolation", "Iterator", "enqueue(", "asUnowned", "checkIsolated(",
  ]

  private static let modifiers: Set = [
    "static", "final", "mutating", "consuming", "borrowing", "nonisolated", "unsafe", "override", "indirect", "convenience",
  ]

  private static func needsDocumentation(_ line: String) -> Bool {
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, first.hasPrefix("@") { words.removeFirst() }
    guard words.first == "public" || words.first == "open" else { return false }
    words.removeAll { modifiers.contains($0) || $0.hasSuffix("(set)") }
    let kind = words.dropFirst().first
    guard let kind, kind != "import", kind != "extension", !kind.hasPrefix("init") else { return false }
    // The type's own documentation speaks for properties whose names say the rest.
    if ["var", "let"].contains(kind) && !line.hasSuffix("{") { return false }
    guard let at = words.firstIndex(of: kind), at + 1 < words.count else { return true }
    return !witnesses.contains { words[at + 1].hasPrefix($0) }
  }

  /// A comment stands above the declaration and its attributes, or above the first of a run of one-line declarations.
  private static func isDocumented(_ file: SourceFile, at index: Int) -> Bool {
    var line = index - 1
    while line >= 0 {
      let text = file.lines[line].drop { $0 == " " }
      if text.hasPrefix("///") { return true }
      let isAttribute = text.hasPrefix("@") || text.hasPrefix("#if")
      let isSibling = text.hasPrefix("public ") && !text.hasSuffix("{")
      guard isAttribute || isSibling else { return false }
      line -= 1
    }
    return false
  }
}
