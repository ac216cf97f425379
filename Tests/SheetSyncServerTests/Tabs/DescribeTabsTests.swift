import Messages
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

@Suite(.serialized) struct DescribeTabsTests {
  @Test func `programs are told of every tab and column, and which are saved`() async throws {
    try await withSync { sync in
      let tabs = try await sync.handler.describeTabs(DescribeTabsRequest(), context: SyncUnderTest.callContext).tabs
      #expect(tabs.map(\.tab) == Catalogue.tabs.map(\.title))
      #expect(tabs.filter { !$0.isSaved }.map(\.tab) == ["Runs"])
      let candidates = try #require(tabs.first { $0.tab == "Candidates" })
      #expect(candidates.workbook == "Optimization Center" && candidates.keyColumns == ["initiative_key"])
      #expect(candidates.columns.map(\.name) == Catalogue[.candidates].columns.map(\.name))
      let tokens = try #require(candidates.columns.first { $0.name == "engineering_tokens" })
      #expect(
        tokens
          == ColumnDescription(
            name: "engineering_tokens", aliases: ["tokens"], kind: "editable", owner: "engineering", type: "whole number",
            need: "header", severity: "error", field: "initiative.engineering_tokens",
            note: "How much work it is: a whole number, 0 or more."))
      let contribution = try #require(candidates.columns.first { $0.name == "north_star_contribution" })
      #expect(contribution.kind == "derived" && contribution.owner == "lodestar" && contribution.field.isEmpty)
      #expect(tabs.allSatisfy { $0.columns.suffix(3).map(\.kind) == ["system", "system", "system"] })
    }
  }
}
