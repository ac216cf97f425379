import Testing

/// Each rule is shown a breach and a neighbour that keeps it: a checker that cannot fail checks nothing.
@Suite struct RuleTests {
  private func breaches(_ rule: Rule, _ texts: [String: String]) -> [String] {
    rule.breaches(SourceTree(texts)).map { "\($0.path):\($0.line)" }
  }

  @Test(arguments: [
    ("Sources/Kernel/RPC/A.swift", "import Messages"),
    ("Sources/Kernel/Wire/A.swift", "public import RPC"),
    ("Sources/Kernel/RPC/A.swift", "private import MetricGovernanceDomain"),
    ("Sources/Services/SheetSync/Server/A.swift", "internal import MetricGovernanceServer"),
    ("Sources/Services/SheetSync/Server/A.swift", "import ConstraintCompilationDomain"),
    ("Sources/Services/SheetSync/Server/A.swift", "import LocalSystem"),
    ("Sources/Services/SheetSync/Domain/A.swift", "import Wire"),
    ("Sources/Services/SheetSync/Main/main.swift", "import Postgres"),
    ("Sources/CLI/A.swift", "@testable import SheetSyncServer"),
    ("Sources/CLI/A.swift", "import struct Postgres.Row"),
    ("Sources/Messages/A.swift", "import Postgres"),
    ("Sources/LocalSystem/A.swift", "import RPC"),
    ("Sources/Generator/A.swift", "import CMessages"),
  ])
  func `an import across the rooms is a breach`(path: String, text: String) {
    #expect(breaches(.roomsImports, [path: "// why\n\(text)\n"]) == ["\(path):2"])
  }

  @Test(arguments: [
    ("Sources/Kernel/RPC/A.swift", "public import Wire\nimport Logging"),
    ("Sources/Services/SheetSync/Server/A.swift", "import CZip\nimport SheetSyncDomain\nimport Messages"),
    ("Sources/Services/SheetSync/Main/main.swift", "import Runtime\nimport SheetSyncServer"),
    ("Sources/Services/SheetSync/Server/B.swift", "// import MetricGovernanceServer\nlet a = \"\"\"\nimport LocalSystem\n\"\"\""),
    ("Tests/RPCTests/A.swift", "import RPC\nimport TestSupport"),
  ])
  func `an import inside the rooms is none`(path: String, text: String) {
    #expect(breaches(.roomsImports, [path: text]).isEmpty)
  }

  @Test func `a domain that imports anything is a breach`() {
    let path = "Sources/Services/SheetSync/Domain/A.swift"
    #expect(breaches(.pureDomain, [path: "import FoundationEssentials"]) == ["\(path):1"])
    #expect(breaches(.pureDomain, [path: "struct A {}"]).isEmpty)
  }

  @Test func `Foundation in a service is a breach, in the command line it is not`() {
    #expect(breaches(.lightServices, ["Sources/Kernel/RPC/A.swift": "import Foundation"]).count == 1)
    #expect(breaches(.lightServices, ["Sources/Services/SheetSync/Server/A.swift": "import Foundation"]).count == 1)
    #expect(breaches(.lightServices, ["Sources/CLI/A.swift": "import Foundation"]).isEmpty)
  }

  @Test func `a second importer of a C module is a breach`() {
    let both = ["Sources/Kernel/Postgres/A.swift": "import CLibPQ", "Sources/Services/SheetSync/Server/A.swift": "import CLibPQ"]
    #expect(breaches(.oneImporter, both) == ["Sources/Services/SheetSync/Server/A.swift:1"])
    let one = ["Sources/Kernel/Postgres/A.swift": "import CLibPQ", "Sources/Kernel/Postgres/B.swift": "import CLibPQ"]
    #expect(breaches(.oneImporter, one).isEmpty)
  }

  @Test func `a reserved package elsewhere is a breach`() {
    #expect(breaches(.reservedPackages, ["Sources/Services/SheetSync/Server/A.swift": "import ArgumentParser"]).count == 1)
    #expect(breaches(.reservedPackages, ["Sources/CLI/A.swift": "import ArgumentParser"]).isEmpty)
  }

  @Test func `a file of 701 lines is a breach, unless a generator wrote it`() {
    let long = String(repeating: "let a = 1\n", count: 701)
    #expect(breaches(.shortFiles, ["Sources/CLI/A.swift": long]) == ["Sources/CLI/A.swift:0"])
    #expect(breaches(.shortFiles, ["Sources/CLI/A.swift": String(repeating: "a\n", count: 700)]).isEmpty)
    #expect(breaches(.shortFiles, ["Sources/Messages/A.swift": "// Generated. DO NOT EDIT.\n" + long]).isEmpty)
  }

  @Test func `a function of 70 lines is a breach, one of 69 is not`() {
    func function(_ lines: Int) -> String {
      "struct S {\n  func f(\n    a: Int = { 1 }()\n  ) -> String {\n" + String(repeating: "    g(\"}\")\n", count: lines - 4)
        + "  }\n}\n"
    }
    #expect(breaches(.shortFunctions, ["Sources/CLI/A.swift": function(70)]) == ["Sources/CLI/A.swift:2"])
    #expect(breaches(.shortFunctions, ["Sources/CLI/A.swift": function(69)]).isEmpty)
    let requirements =
      "protocol P {\n  init(a: Int)\n  func f()\n}\nstruct S {\n" + String(repeating: "  let a = 1\n", count: 90) + "}\n"
    #expect(breaches(.shortFunctions, ["Sources/CLI/A.swift": requirements]).isEmpty)
    let c = "int f(void)\n{\n" + String(repeating: "  g('}');\n", count: 70) + "}\n"
    #expect(breaches(.shortFunctions, ["Sources/C/CGLPK/shim.c": c]) == ["Sources/C/CGLPK/shim.c:2"])
  }

  @Test func `a tree of long files is a breach`() {
    func tree(lines: Int) -> [String: String] {
      Dictionary(uniqueKeysWithValues: (0..<20).map { ("Sources/CLI/A\($0).swift", String(repeating: "a\n", count: lines)) })
    }
    #expect(breaches(.usualSizes, tree(lines: 400)).count == 2)
    #expect(breaches(.usualSizes, tree(lines: 5)).count == 1)
    #expect(breaches(.usualSizes, tree(lines: 100)).isEmpty)
  }

  @Test(arguments: ["// TO" + "DO: later", "/* FIX" + "ME */", "fatalError(\"not impl" + "emented\")"])
  func `a promise is a breach`(line: String) {
    #expect(breaches(.finished, ["Makefile": "all:\n\(line)"]) == ["Makefile:2"])
    #expect(breaches(.finished, ["Makefile": "all: TO" + "DOS"]).isEmpty)
  }

  @Test func `a vague name is a breach`() {
    #expect(breaches(.clearNames, ["Sources/CLI/StringUtils.swift": ""]).count == 1)
    #expect(breaches(.clearNames, ["Sources/CLI/A.swift": "final class RowManager {}"]) == ["Sources/CLI/A.swift:1"])
    #expect(breaches(.clearNames, ["Sources/CLI/A.swift": "enum Commonality {}\nlet a = FileManager.default"]).isEmpty)
  }

  @Test func `a path of one machine is a breach`() {
    let temporary = "let a = \"/tm" + "p/a\""
    #expect(breaches(.noMachinePaths, ["README.md": "see /ho" + "me/me"]) == ["README.md:1"])
    #expect(breaches(.noMachinePaths, ["Sources/CLI/A.swift": temporary]).count == 1)
    #expect(breaches(.noMachinePaths, ["Tests/CLITests/A.swift": temporary]).isEmpty)
  }

  @Test func `an undocumented public declaration of Kernel is a breach`() {
    let path = "Sources/Kernel/RPC/A.swift"
    #expect(breaches(.documentedKernel, [path: "public struct A {\n}"]) == ["\(path):1"])
    #expect(breaches(.documentedKernel, [path: "  // not a doc comment\n  public static func a() {}"]) == ["\(path):2"])
    #expect(
      breaches(
        .documentedKernel,
        [path: "/// A.\n@frozen\npublic struct A: Error {\n  /// What.\n  public var a = 1\n  public var b = 2\n}"]
      ).isEmpty)
    #expect(breaches(.documentedKernel, [path: "/// A.\npublic struct A {\n  public var a = 1\n}"]) == ["\(path):3"])
    #expect(breaches(.documentedKernel, [path: "public import Wire\npublic extension A {}\nstruct B {}"]).isEmpty)
    #expect(breaches(.documentedKernel, ["Sources/CLI/A.swift": "public struct A {}"]).isEmpty)
  }

  @Test func `a file of tests without a test is a breach`() {
    #expect(breaches(.testFilesTest, ["Tests/RPCTests/ATests.swift": "// @Test\nfunc a() {}"]).count == 1)
    #expect(breaches(.testFilesTest, ["Tests/RPCTests/ATests.swift": "@Test func a() {}"]).isEmpty)
    #expect(breaches(.suitesTest, ["Tests/RPCTests/Peer.swift": "struct Peer {}"]).count == 1)
    #expect(breaches(.suitesTest, ["Tests/RPCTests/Peer.swift": "", "Tests/RPCTests/ATests.swift": "@Test func a() {}"]).isEmpty)
  }

  @Test func `a test that is switched off is a breach`() {
    #expect(breaches(.testsRun, ["Tests/RPCTests/ATests.swift": "@Test(.disab" + "led(\"later\")) func a() {}"]).count == 1)
    #expect(breaches(.testsRun, ["Tests/RPCTests/ATests.swift": "#expect(tr" + "ue)"]).count == 1)
    #expect(breaches(.testsRun, ["Tests/RPCTests/ATests.swift": "#expect(true == a)"]).isEmpty)
  }

  @Test func `a gap between migrations is a breach`() {
    let folder = "Sources/Services/SheetSync/Server/Migrations"
    #expect(breaches(.migrationNumbers, ["\(folder)/0001_a.sql": "", "\(folder)/0003_b.sql": ""]) == ["\(folder)/0003_b.sql:0"])
    #expect(breaches(.migrationNumbers, ["\(folder)/0002_a.sql": ""]).count == 1)
    #expect(breaches(.migrationNumbers, ["\(folder)/0001_a.sql": "", "\(folder)/0002_b.sql": ""]).isEmpty)
  }

  @Test func `a generated file without its header, or out of place, is a breach`() {
    let header = "// Generated by protoc-gen-lodestar. DO NOT EDIT.\n"
    #expect(breaches(.generatedHeaders, ["Sources/C/CMessages/metrics.pb-c.c": "int a;"]).count == 1)
    #expect(breaches(.generatedHeaders, ["Sources/CLI/A.swift": header]).count == 1)
    #expect(
      breaches(.generatedHeaders, ["Sources/Messages/A.swift": header, "Sources/C/CMessages/include/CMessages.h": ""]).isEmpty)
  }

  @Test func `a committed product of a build is a breach`() {
    #expect(breaches(.committedFiles, ["Package.resolved": "{}"]).count == 1)
    #expect(breaches(.committedFiles, ["Package.swift": ""]).isEmpty)
  }

  @Test func `a thirteenth target of make is a breach`() {
    let targets = (1...13).map { "target\(String(repeating: "x", count: $0)): ## Does it" }
    #expect(breaches(.shortMakefile, ["Makefile": targets.joined(separator: "\n")]).count == 1)
    #expect(breaches(.shortMakefile, ["Makefile": targets.dropLast().joined(separator: "\n")]).isEmpty)
    #expect(breaches(.shortMakefile, ["Makefile": "all:\n"]).count == 1)
  }
}
