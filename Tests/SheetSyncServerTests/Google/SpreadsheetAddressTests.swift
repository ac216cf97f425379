import Testing

@testable import SheetSyncServer

@Suite struct SpreadsheetAddressTests {
  static let id = "1yXHRaUTFlGV-Axis4vLHtoPvGUj3C_-awA_5sLK8k6g"
  static let canonical = "https://docs.google.com/spreadsheets/d/\(id)"

  static let spellings = [
    canonical, canonical + "/", canonical + "/edit", canonical + "/edit?usp=sharing", canonical + "/edit#gid=0",
    canonical + "/edit?gid=7#gid=7", canonical + "?x=/d/other", "HTTPS://Docs.Google.com/spreadsheets/d/\(id)/view",
    "https://docs.google.com/spreadsheets/u/1/d/\(id)/edit",
  ]

  @Test(arguments: spellings)
  func `however a browser shows it, one spreadsheet has one name`(text: String) throws {
    let address = try #require(SpreadsheetAddress(text))
    #expect(address.id == Self.id)
    #expect(address.description == Self.canonical)
    #expect(SpreadsheetAddress(address.description) == address)
  }

  static let others = [
    "", "/plans/Book.xlsx", "http://docs.google.com/spreadsheets/d/\(id)", "https://docs.google.com.evil.org/spreadsheets/d/\(id)",
    "https://evil.org/https://docs.google.com/spreadsheets/d/\(id)", "https://ada@docs.google.com/spreadsheets/d/\(id)",
    "https://docs.google.com/document/d/\(id)", "https://docs.google.com/spreadsheets/d/",
    "https://docs.google.com/spreadsheets/d//edit",
    "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pubhtml", "https://docs.google.com/spreadsheets/d/a%2Fb",
    "https://docs.google.com/spreadsheets/d/a b", "https://docs.google.com/spreadsheets/d/..",
    "https://docs.google.com/spreadsheets/u//d/\(id)",
    "https://docs.google.com/spreadsheets/d/" + String(repeating: "a", count: 129),
  ]

  @Test(arguments: others)
  func `anything else is no address`(text: String) {
    #expect(SpreadsheetAddress(text) == nil)
  }

  @Test func `what is meant as an address is told from a path`() {
    #expect(SpreadsheetAddress.isMeant(by: "https://example.org/x"))
    #expect(SpreadsheetAddress.isMeant(by: "HTTP://x"))
    #expect(!SpreadsheetAddress.isMeant(by: "/https://x"))
    #expect(!SpreadsheetAddress.isMeant(by: "https:/x"))
  }

  @Test(arguments: [
    ("Sheet1", "'Sheet1'!A1"), ("D3", "'D3'!A1"), ("Ada's plan", "'Ada''s plan'!A1"), ("''", "''''''!A1"),
    ("Plan!A1", "'Plan!A1'!A1"),
    ("🌵 tab", "'🌵 tab'!A1"),
  ])
  func `a tab's name is quoted`(tab: String, range: String) {
    #expect(A1Range(tab: tab, rows: 1...1, columns: 1...1).description == range)
  }

  @Test func `a rectangle is named by two corners`() {
    #expect(A1Range(tab: "T", rows: 2...5_001, columns: 2...28).description == "'T'!B2:AB5001")
    #expect(A1Range(tab: "T", rows: 2...2, columns: 2...3).description == "'T'!B2:C2")
  }
}
