/// The address of a Google spreadsheet. It stands wherever the path of a workbook can stand.
struct SpreadsheetAddress: Hashable, Sendable, CustomStringConvertible {
  static let beginning = "https://docs.google.com/spreadsheets/d/"
  /// Google's own are 44 characters long.
  static let longestID = 128

  /// Names the spreadsheet in every call.
  let id: String

  /// Reads what a browser shows, or what is left of it: `https://docs.google.com/spreadsheets/d/ID`, with or without `/edit`, a tab
  /// (`#gid=0`), or the number of the signed-in account (`/u/1/`) that a browser puts before `/d/`. nil for anything else.
  init?(_ text: some StringProtocol) {
    guard let rest = Self.afterHost(text) else { return nil }
    var parts = rest.prefix { $0 != "?" && $0 != "#" }.split(separator: "/", omittingEmptySubsequences: false)[...]
    guard parts.popFirst() == "spreadsheets" else { return nil }
    if parts.first == "u" {
      parts = parts.dropFirst()
      guard let account = parts.popFirst(), !account.isEmpty, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
    }
    guard parts.popFirst() == "d", let id = parts.first, (1...Self.longestID).contains(id.utf8.count),
      // `/d/e/…` is a published copy, which nobody can edit.
      id != "e", id.utf8.allSatisfy(Self.isOfID)
    else { return nil }
    self.id = String(id)
  }

  /// Whether a text is meant as an address on the web rather than as a path.
  static func isMeant(by text: some StringProtocol) -> Bool {
    let lower = text.prefix(8).lowercased()
    return lower.hasPrefix("https://") || lower.hasPrefix("http://")
  }

  /// One spelling for one spreadsheet: without what follows the ID.
  var description: String { Self.beginning + id }

  private static func afterHost(_ text: some StringProtocol) -> Substring? {
    let text = Substring(text)
    let lower = text.prefix(24).lowercased()
    guard lower == "https://docs.google.com/" else { return nil }
    return text.dropFirst(24)
  }

  private static func isOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
