import Testing

@Suite struct HouseTests {
  @Test(arguments: Rule.all)
  func `the tree keeps the rule`(rule: Rule) {
    for breach in rule.breaches(.current) {
      Issue.record("\(breach)")
    }
  }

  @Test func `the tree that is read is this one`() {
    let paths = Set(SourceTree.current.files.map(\.path))
    #expect(paths.contains("Package.swift"))
    #expect(paths.contains("Tests/HouseTests/HouseTests.swift"))
    #expect(paths.contains { $0.hasPrefix("Sources/Kernel/RPC/") })
    #expect(!paths.contains { $0.hasPrefix(".build/") || $0.hasPrefix(".git/") })
  }
}
