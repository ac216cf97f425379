/// Why a tab cannot be read or written: always about its name or its headers, never about a row.
public struct TabProblem: Error, Hashable, Sendable {
  /// A stable word for programs, such as `missing_tab`.
  public var code: String
  /// What is wrong, and what would be right.
  public var message: String

  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

extension TabDefinition {
  /// Finds this tab among those of a workbook, by its canonical name before its aliases.
  public func find(among names: [String], workbookTitle: String) throws(TabProblem) -> String {
    let canonical = HeaderText.normalized(title)
    let spellings = Set(aliases.map { HeaderText.normalized($0) })
    let exact = names.filter { HeaderText.normalized($0) == canonical }
    let found = exact.isEmpty ? names.filter { spellings.contains(HeaderText.normalized($0)) } : exact
    if found.count == 1 { return found[0] }
    if found.count > 1 {
      throw TabProblem(
        code: "ambiguous_tab",
        message: "\(workbookTitle) has several tabs that could be \(title): \(Self.quoted(found)). Rename all but one")
    }
    var message = "\(workbookTitle) has no tab \"\(title)\". It has \(names.isEmpty ? "no tabs" : Self.quoted(names))"
    if let near = NearestName.suggestion(for: title, in: names) {
      message += "; rename \"\(near)\" to \"\(title)\" if that is the one"
    } else {
      message += "; \(title) belongs to the workbook \(workbook.title)"
    }
    throw TabProblem(code: "missing_tab", message: message)
  }

  static func quoted(_ names: some Sequence<String>) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
