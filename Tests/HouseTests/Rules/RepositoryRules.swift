extension Rule {
  static let migrationNumbers = Rule("migrations are numbered without gaps") { tree in
    var migrations: [String: [SourceFile]] = [:]
    for file in tree.files where file.folders.last == "Migrations" {
      migrations[file.folders.joined(separator: "/"), default: []].append(file)
    }
    return migrations.values.flatMap { files in
      files.sorted { $0.name < $1.name }.enumerated().compactMap { offset, file in
        let number = String(offset + 1)
        let expected = String(repeating: "0", count: max(0, 4 - number.count)) + number + "_"
        guard !file.name.hasPrefix(expected) || !file.name.hasSuffix(".sql") else { return nil }
        return Breach(file, "should be called \(expected)name.sql: the numbers start at 0001 and have no gaps")
      }
    }
  }

  /// Folders that only the generators write; module maps and umbrella headers are written by hand.
  private static let generatedFolders = ["Generated", "CMessages", "CStandardMessages", "CInteropMessages", "CDescriptors"]

  static let generatedHeaders = Rule("generated files say so, and are where generated files live") { tree in
    tree.files.filter { $0.isSwift || $0.isC }.compactMap { file in
      let isGeneratedPlace = file.path.hasPrefix("Sources/Messages/") || file.folders.contains(where: generatedFolders.contains)
      if file.isGenerated && !isGeneratedPlace && !file.path.hasPrefix("Tests/") {
        return Breach(file, "says that it is generated, outside the generators' folders; move it, or have Protos/generate write it")
      }
      let isUmbrella = generatedFolders.contains { file.name == "\($0).h" }
      if !file.isGenerated && file.folders.contains(where: generatedFolders.contains) && !isUmbrella {
        return Breach(file, "lives among generated files without their header; run `make protos` or move it")
      }
      return nil
    }
  }

  static let committedFiles = Rule("nothing that a build makes is committed") { tree in
    tree.files.compactMap { file in
      let isProduct =
        file.name == "Package.resolved" || file.folders.contains { $0 == ".build" || $0 == ".lodestar" || $0 == "__pycache__" }
      return isProduct ? Breach(file, "is made by a build; `git rm --cached` it and have .gitignore name it") : nil
    }
  }

  static let shortMakefile = Rule("`make help` lists at most twelve targets") { tree in
    tree.files.filter { $0.name == "Makefile" }.compactMap { file in
      let targets = file.lines.count { line in
        line.first?.isLetter == true && line.contains(":") && line.contains("## ")
      }
      return (1...12).contains(targets) ? nil : Breach(file, "lists \(targets) targets; keep one to twelve that people need")
    }
  }
}
