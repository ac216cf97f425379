extension Rule {
  static let testRules = [testFilesTest, suitesTest, testsRun]

  private static let switches = [
    ".disab" + "led(", "withKnown" + "Issue", "XCTS" + "kip", "#expect(tr" + "ue)", "#expect(Bool(tr" + "ue))",
  ]

  static let testsRun = Rule("no test is switched off or cannot fail") { tree in
    tree.files.filter { $0.isSwift && $0.path.hasPrefix("Tests/") }.flatMap { file in
      file.codeLines.enumerated().compactMap { offset, line in
        let found = switches.first { line.contains($0) }
        return found.map {
          Breach(file, line: offset + 1, "has \($0); a test that cannot fail says nothing: mend it or take it out")
        }
      }
    }
  }

  static let testFilesTest = Rule("a file called …Tests has a test") { tree in
    tree.files.filter { $0.name.hasSuffix("Tests.swift") && $0.path.hasPrefix("Tests/") }.compactMap { file in
      hasTest(file) ? nil : Breach(file, "has no @Test; write one, or name the file for what it offers to tests")
    }
  }

  static let suitesTest = Rule("a folder of tests has tests") { tree in
    var suites: [String: [SourceFile]] = [:]
    for file in tree.files where file.isSwift {
      // These are what the tests of others are made with.
      guard case .tests(let target) = file.room, !["Support", "RawHTTP2", "SeededNumbers"].contains(target) else { continue }
      suites[target, default: []].append(file)
    }
    return suites.values.compactMap { files in
      // A package of its own is a program that measures or fuzzes.
      files.contains(where: { hasTest($0) || $0.path.hasSuffix("/Package.swift") })
        ? nil : Breach(files[0], "its whole folder has no @Test; test the target or leave the folder out")
    }
  }

  private static func hasTest(_ file: SourceFile) -> Bool {
    file.codeLines.contains { $0.contains("@Test") }
  }
}
