import Cryptography
import MetricGovernanceDomain
import Testing

@testable import MetricGovernanceServer

private let board = Importer(
  principal: Principal(uri: "spiffe://lodestar.local/person/zoe", kind: .person, roles: [.governanceBoard]),
  now: Instant(microseconds: 1_800_000_000_000_000), reason: "the first import")

private func plan(_ file: MetricRegistryFile, over registry: [Metric]) -> ImportPlan {
  ImportPlan(file, over: registry, isEmpty: registry.isEmpty, importer: board, digest: SHA256.digest(of:))
}

@Suite struct RegistryFileRoundTripTests {
  @Test(arguments: 0..<20) func `an export plans nothing, and imported anew it is exported byte for byte`(hundred: UInt64) {
    for seed in hundred * 100..<hundred * 100 + 100 {
      var random = RandomRegistry(seed: seed)
      let registry = random.metrics()
      let exported = RegistryFileExport(registry).text
      let read = RegistryFileText(exported)
      #expect(read.problems.isEmpty, "seed \(seed): \(read.problems)\n\(exported)")
      guard !registry.isEmpty else { continue }
      let same = plan(read.file, over: registry)
      #expect(same.steps.isEmpty && same.problems.isEmpty, "seed \(seed): \(same.steps) \(same.problems)\n\(exported)")

      let bootstrap = plan(read.file, over: [])
      #expect(bootstrap.problems.isEmpty, "seed \(seed): \(bootstrap.problems)\n\(exported)")
      let again = RegistryFileExport(bootstrap.changes.map(\.after)).text
      #expect(again.utf8.elementsEqual(exported.utf8), "seed \(seed)\n\(exported)\n--- became ---\n\(again)")
    }
  }

  @Test func `texts that are hard to write down come back as they were`() throws {
    let texts = [
      "a", " a", "a ", "a\n", "a\nb", "a\nb\n", "a\nb\n\n", "\na\nb", "a\n\nb", "a\n b\n  c", " a\nb", "a\n \nb", "a\n\tb",
      "a\r\nb", "\u{FEFF}a",
      "# a", "- a\n- b", "a: b\nc: d", "---\n...", "\"a\"", "'", "\\n", "\\", "x\u{85}", "a\u{2028}b\nc",
      String(repeating: "long ", count: 90),
      "é", "e\u{301}", "a\n#b\n", "|", ">", "%a", "@a\n`b", "a\nb \nc",
    ]
    let key = try #require(MetricKey("m"))
    let number = try #require(VersionNumber(1))
    for text in texts {
      let content = VersionContent(
        dbtModel: text, definition: "SUM(x)", edgeCases: EdgeCases(notes: [text]),
        migrationGuide: text + String(repeating: " long", count: 3000))
      let metric = Metric(
        key: key, facts: MetricFacts(displayName: "m", description: text),
        versions: [
          MetricVersion(
            number: number, content: content, contentHash: SHA256.digest(of: content.canonicalForm), createdBy: "",
            moments: VersionMoments(created: board.now))
        ])
      let exported = RegistryFileExport([metric]).text
      let read = RegistryFileText(exported).file.metrics.first
      #expect(read?.facts.description.utf8.elementsEqual(text.utf8) == true, "\(text.debugDescription)\n\(exported)")
      #expect(read?.versions.first?.content.canonicalForm == content.canonicalForm, "\(text.debugDescription)\n\(exported)")
    }
  }

  @Test func `lines that a person will read are written as lines`() throws {
    let metric = Metric(
      key: try #require(MetricKey("m")), facts: MetricFacts(displayName: "m", description: "First.\n\n  Second: \"quoted\"\n"))
    #expect(
      RegistryFileExport([metric]).text == """
        metrics:
          m:
            display_name: "m"
            description: |
              First.

                Second: "quoted"
            current_version: ""
            versions: {}

        """)
  }

  @Test func `an empty registry is a file too`() {
    #expect(RegistryFileExport([]).text == "metrics: {}\n")
    #expect(RegistryFileText("metrics: {}\n").problems.isEmpty)
  }
}
