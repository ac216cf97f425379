/// A function's first line (1-based) and its length from there to its closing brace.
struct FunctionSpan: Equatable {
  let line: Int
  let lineCount: Int
}

/// Finds functions by their braces.
struct FunctionSpans {
  private let code: [UInt8]
  private var index = 0
  private var line = 1

  /// The functions, initializers, deinitializers and subscripts of a Swift file, closures counted into what holds them.
  static func ofSwift(_ file: SourceFile) -> [FunctionSpan] {
    var spans = FunctionSpans(file)
    return spans.readSwift()
  }

  /// The functions of a C file.
  static func ofC(_ file: SourceFile) -> [FunctionSpan] {
    var spans = FunctionSpans(file)
    return spans.readC()
  }

  private init(_ file: SourceFile) {
    code = Array(file.codeLines.joined(separator: "\n").utf8)
  }

  private static let declarations: Set<String> = [
    "func", "init", "deinit", "subscript", "var", "let", "case", "static", "mutating", "public", "internal", "private",
    "fileprivate",
    "associatedtype", "typealias", "struct", "class", "enum", "protocol", "extension", "import",
  ]

  private mutating func readSwift() -> [FunctionSpan] {
    var found: [FunctionSpan] = []
    while index < code.count {
      if isWordStart {
        let isMember = index > 0 && code[index - 1] == UInt8(ascii: ".")
        let word = readWord()
        if !isMember, ["func", "init", "deinit", "subscript"].contains(word), let span = bodySpan() { found.append(span) }
      } else {
        step()
      }
    }
    return found
  }

  /// The span of the function whose keyword was just read; the reader stays there, so that functions inside are found as well.
  private func bodySpan() -> FunctionSpan? {
    var ahead = self
    var depth = 0
    var isFirstOfLine = false
    while ahead.index < ahead.code.count {
      let byte = ahead.code[ahead.index]
      if depth == 0 && isFirstOfLine && ahead.isWordStart {
        var peek = ahead
        if Self.declarations.contains(peek.readWord()) { return nil }
      }
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "{") where depth == 0:
        ahead.skipBraces()
        return FunctionSpan(line: line, lineCount: ahead.line - line + 1)
      case UInt8(ascii: "}") where depth == 0: return nil
      default: break
      }
      if depth < 0 { return nil }
      if byte == UInt8(ascii: "\n") {
        isFirstOfLine = true
      } else if byte != UInt8(ascii: " ") {
        isFirstOfLine = false
      }
      ahead.step()
    }
    return nil
  }

  private mutating func readC() -> [FunctionSpan] {
    var found: [FunctionSpan] = []
    var last: UInt8 = 0
    while index < code.count {
      let byte = code[index]
      if byte == UInt8(ascii: "{") {
        let first = line
        let isFunction = last == UInt8(ascii: ")")
        skipBraces()
        if isFunction { found.append(FunctionSpan(line: first, lineCount: line - first + 1)) }
        last = UInt8(ascii: "}")
        continue
      }
      if byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n") { last = byte }
      step()
    }
    return found
  }

  /// Reads from an opening brace past the one that closes it.
  private mutating func skipBraces() {
    var depth = 0
    while index < code.count {
      if code[index] == UInt8(ascii: "{") { depth += 1 }
      if code[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 {
        index += 1
        return
      }
      step()
    }
  }

  private var isWordStart: Bool {
    Self.isWordByte(code[index]) && (index == 0 || !Self.isWordByte(code[index - 1]))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }

  private mutating func readWord() -> String {
    let start = index
    while index < code.count && Self.isWordByte(code[index]) { index += 1 }
    return String(decoding: code[start..<index], as: UTF8.self)
  }

  private mutating func step() {
    if code[index] == UInt8(ascii: "\n") { line += 1 }
    index += 1
  }
}
