/// Words are put together here from halves, so that this file keeps the rules that it states.
enum Words {
  static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"]
  static let unfinishedCalls = ["fatalError(\"to" + "do", "fatalError(\"not impl" + "emented", "fatalError(\"unimpl" + "emented"]
  static let vague: Set<String> = ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Common"]
  static let machinePaths = ["/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
  static let temporaryPath = "/tm" + "p/"

  /// Whether the line has the path at its root; not /var's folder of that name, which every Linux has, nor the address of an example file.
  static func names(_ line: String, path: String) -> Bool {
    line.ranges(of: path).contains { range in
      let before = line[..<range.lowerBound]
      return !before.hasSuffix("/var") && !before.hasSuffix("file://")
    }
  }
}

extension Rule {
  static let wordRules = [finished, clearNames, noMachinePaths]

  static let finished = Rule("nothing is left for later in the code") { tree in
    tree.files.filter { !$0.isGenerated }.flatMap { file in
      file.lines.enumerated().compactMap { offset, line in
        let word = (Words.unfinished + Words.unfinishedCalls).first { contains(line, word: $0) }
        return word.map {
          Breach(file, line: offset + 1, "says \"\($0)\"; finish it, or open an issue and say here what holds today")
        }
      }
    }
  }

  /// Whole words only: a Spanish "TODOS" in example data is no promise.
  private static func contains(_ line: String, word: String) -> Bool {
    guard let range = line.firstRange(of: word) else { return false }
    let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
    let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
    return !before.isLetter && !(after.isLetter || after.isNumber)
  }

  static let clearNames = Rule("names say what a thing is for") { tree in
    tree.handwrittenSwift.flatMap { file -> [Breach] in
      var breaches: [Breach] = []
      for part in file.path.split(separator: "/") {
        if let vague = vagueWord(in: String(part.prefix { $0 != "." })) {
          breaches.append(Breach(file, "is called \"\(part)\"; \"\(vague)\" says nothing about its purpose: name that"))
        }
      }
      for (offset, line) in file.codeLines.enumerated() {
        for name in declaredTypes(in: line) {
          guard let vague = vagueWord(in: name) else { continue }
          breaches.append(
            Breach(file, line: offset + 1, "declares \(name); \"\(vague)\" says nothing about its purpose: name that"))
        }
      }
      return breaches
    }
  }

  private static func declaredTypes(in line: String) -> [String] {
    let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    return zip(words, words.dropFirst()).filter { ["struct", "class", "enum", "actor", "protocol", "typealias"].contains($0.0) }
      .map(\.1)
  }

  private static func vagueWord(in name: String) -> String? {
    var words: [String] = []
    for character in name {
      if character.isUppercase || words.isEmpty {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words.first { Words.vague.contains($0) }
  }

  static let noMachinePaths = Rule("no path of one machine is written down") { tree in
    tree.files.filter { !$0.isGenerated }.flatMap { file in
      file.lines.enumerated().compactMap { offset, line in
        let isTest = file.path.hasPrefix("Tests/")
        let forbidden = Words.machinePaths + (isTest ? [] : [Words.temporaryPath])
        let path = forbidden.first { Words.names(line, path: $0) }
        return path.map {
          Breach(file, line: offset + 1, "names \($0), which other machines do not have; take the folder from the caller")
        }
      }
    }
  }
}
