/// What a cell says, once read as its column's type.
public enum ReadValue: Hashable, Sendable {
  case text(String)
  case keys([String])
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  /// A day, without a time.
  case date(DateSerial)
}

/// Why a cell could not be read: what is said after the place.
public struct CellProblem: Error, Hashable, Sendable {
  /// A stable word for programs, such as `not_a_number`.
  public var code: String
  public var message: String
}

extension ColumnType {
  /// Reads a cell; nil when nothing stands in it.
  func read(_ value: CellValue) throws(CellProblem) -> ReadValue? {
    guard let shown = value.calculated else {
      throw CellProblem(
        code: "unknown_formula",
        message:
          "holds a formula that nobody has calculated yet, so its value is unknown; open and save the workbook in a spreadsheet"
          + " program, or type the value")
    }
    if case .error(let name) = shown {
      throw CellProblem(code: "cell_error", message: "the cell shows the error \(name); mend its formula or type the value")
    }
    if case .text(let text) = shown, CellText.trimmed(text).isEmpty { return nil }
    if shown == .blank { return nil }
    return switch self {
    case .text: try .text(Self.plainText(of: shown))
    case .key, .choice: try .text(Self.name(Self.text(of: shown)))
    case .period: try .text(Self.name(Self.period(of: shown)))
    case .keyList: try Self.keys(of: shown)
    case .integer: try Self.integer(of: shown)
    case .number: try .number(Self.number(of: shown))
    case .boolean: try .boolean(Self.boolean(of: shown))
    case .date, .timestamp: try .date(Self.date(of: shown))
    case .json: try .text(Self.json(of: shown))
    }
  }

  private static func text(of value: CellValue) -> String {
    switch value {
    case .text(let text): CellText.trimmed(text)
    case .number(let number): NumberText.text(of: number)
    case .boolean(let flag): flag ? "TRUE" : "FALSE"
    case .date(let date): date.iso
    case .blank, .error, .formula: ""
    }
  }

  private static func plainText(of value: CellValue) throws(CellProblem) -> String {
    let text = text(of: value)
    try CellCharacters(text).checkText()
    return text
  }

  private static func name(_ text: String) throws(CellProblem) -> String {
    try CellCharacters(text).checkName()
    return text
  }

  /// Spreadsheets make a date of `2026-01`: the first of that month is read back as the month.
  private static func period(of value: CellValue) -> String {
    guard case .date(let date) = value, date.isWholeDay, date.civil.day == 1 else { return text(of: value) }
    return String(date.iso.dropLast(3))
  }

  private static func keys(of value: CellValue) throws(CellProblem) -> ReadValue? {
    var seen: Set<String> = []
    var keys: [String] = []
    for part in text(of: value).split(separator: ",") {
      let key = try name(CellText.trimmed(part))
      if !key.isEmpty, seen.insert(key.lowercased()).inserted { keys.append(key) }
    }
    return keys.isEmpty ? nil : .keys(keys)
  }

  private static func number(of value: CellValue) throws(CellProblem) -> Double {
    switch value {
    case .number(let number): return number
    case .text(let typed):
      let text = CellText.trimmed(typed)
      if let number = NumberText.number(in: text) { return number }
      var message = "\"\(shortened(text))\" is not a number"
      if text.hasPrefix("=") {
        message += "; it is a formula that was entered as text, so that nothing calculates it"
      } else if let meant = NumberText.suggestion(for: text) {
        message += "; did you mean \(meant)?"
      }
      throw CellProblem(code: "not_a_number", message: message)
    case .date(let date):
      throw CellProblem(
        code: "not_a_number",
        message: "the date \(date.iso) is not a number; set the cell's format to a number, which may then show what was typed")
    default:
      throw CellProblem(code: "not_a_number", message: "\(text(of: value)) is not a number")
    }
  }

  private static func integer(of value: CellValue) throws(CellProblem) -> ReadValue {
    let number = try number(of: value)
    guard number == number.rounded() else {
      throw CellProblem(
        code: "not_a_whole_number",
        message: "\(NumberText.text(of: number)) is not a whole number; did you mean \(NumberText.text(of: number.rounded()))?")
    }
    // Beyond this, a Double cannot tell neighbours apart.
    guard abs(number) <= 9_007_199_254_740_992 else {
      throw CellProblem(code: "number_too_large", message: "\(NumberText.text(of: number)) is too large; at most 9007199254740992")
    }
    return .integer(Int64(number))
  }

  private static func boolean(of value: CellValue) throws(CellProblem) -> Bool {
    switch value {
    case .boolean(let flag): return flag
    case .number(1): return true
    case .number(0): return false
    default:
      let text = text(of: value)
      // A tick may come with a sign that asks for its picture.
      let word = String(String.UnicodeScalarView(text.lowercased().unicodeScalars.filter { $0 != "\u{FE0F}" }))
      if let flag = flagWords[word] { return flag }
      throw CellProblem(code: "not_a_boolean", message: "\"\(shortened(text))\" is neither TRUE nor FALSE")
    }
  }

  private static let flagWords: [String: Bool] = [
    "true": true, "yes": true, "y": true, "t": true, "on": true, "x": true, "1": true, "✓": true, "✔": true, "☑": true,
    "✅": true,
    "false": false, "no": false, "n": false, "f": false, "off": false, "0": false, "-": false, "☐": false,
    "✗": false, "✘": false, "❌": false,
  ]

  private static func date(of value: CellValue) throws(CellProblem) -> DateSerial {
    switch value {
    case .date(let date): return DateSerial(days: date.days.rounded(.down))
    case .number(let number) where (1...2_958_465).contains(number): return DateSerial(days: number.rounded(.down))
    default:
      let text = text(of: value)
      if let date = DateSerial(iso: text) { return DateSerial(days: date.days.rounded(.down)) }
      var message = "\"\(shortened(text))\" is not a date such as 2026-02-15"
      if let meant = dateSuggestion(for: text) { message += "; did you mean \(meant.iso)?" }
      throw CellProblem(code: "not_a_date", message: message)
    }
  }

  /// `20260215`, `2026/2/15` and `15.02.2026` have one reading; `15/02/2026` has one because there is no fifteenth month; `03/04/2026`
  /// has two.
  private static func dateSuggestion(for text: String) -> DateSerial? {
    let parts = text.split { $0 == "." || $0 == "/" || $0 == "-" || $0 == " " }.map(String.init)
    if parts.count == 1, text.utf8.count == 8, let number = Int(text) {
      return DateSerial(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }
    guard parts.count == 3, let first = Int(parts[0]), let second = Int(parts[1]), let third = Int(parts[2]) else { return nil }
    if parts[0].count == 4 { return DateSerial(year: first, month: second, day: third) }
    guard parts[2].count == 4 else { return nil }
    let dayFirst = DateSerial(year: third, month: second, day: first)
    let monthFirst = DateSerial(year: third, month: first, day: second)
    if text.contains(".") || monthFirst == nil { return dayFirst }
    return dayFirst == nil || dayFirst == monthFirst ? monthFirst : nil
  }

  private static func json(of value: CellValue) throws(CellProblem) -> String {
    let text = try plainText(of: value)
    guard text.hasPrefix("{") || text.hasPrefix("["), let problem = JSONSyntax.problem(in: text) else { return text }
    var message = "this is not valid JSON: expected \(problem.expected) at character \(problem.character)"
    if text.contains(where: { "“”„‘’".contains($0) }) { message += "; JSON takes straight double quotes" }
    throw CellProblem(code: "broken_json", message: "\(message), in \(shortened(text))")
  }

  /// Long enough to recognise, short enough for a message.
  private static func shortened(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(57) + "…"
  }
}
