import Foundation
import SheetSyncDomain
import Testing

@Suite struct TabsReferenceTests {
  /// Through no symbolic link, so that the page is found from wherever the tests were built.
  private var page: URL {
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/tabs.md")
  }

  @Test func `docs/tabs.md is what the catalogue says`() throws {
    if ProcessInfo.processInfo.environment["LODESTAR_WRITE_DOCS"] == "1" {
      try TabsReference.markdown.write(to: page, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: page, encoding: .utf8)
    let difference = zip(
      written.split(separator: "\n", omittingEmptySubsequences: false),
      TabsReference.markdown.split(separator: "\n", omittingEmptySubsequences: false)
    ).first { $0 != $1 }
    #expect(
      written == TabsReference.markdown,
      """
      docs/tabs.md is not what the catalogue says, from \(difference.map { "\"\($0)\" on, which is now \"\($1)\"" } ?? "its end on"). \
      Write it anew: LODESTAR_WRITE_DOCS=1 swift test --filter TabsReferenceTests
      """)
  }

  @Test func `the page names every tab, column and alias`() {
    let page = TabsReference.markdown
    for tab in Catalogue.tabs {
      #expect(page.contains("### \(tab.title)"))
      for spelling in tab.aliases { #expect(page.contains(spelling), "\(tab.title)") }
      for column in tab.columns {
        #expect(page.contains("| `\(column.name)`"), "\(tab.title).\(column.name)")
        for alias in column.aliases { #expect(page.contains(alias), "\(tab.title).\(column.name)") }
      }
    }
  }

  @Test func `every line of a table has its eight cells`() {
    for line in TabsReference.markdown.split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.replacing("\\|", with: "").count { $0 == "|" } == 9, "\(line)")
    }
  }
}
