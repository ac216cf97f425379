enum Limits {
  static let fileLines = 700
  static let functionLines = 69
  /// A service's Main reads configuration, composes, runs.
  static let mainLines = 40
  /// Most files are under this; four in five.
  static let usualFileLines = 300
  static let medianFileLines = 30...160
}

extension Rule {
  static let sizeRules = [shortFiles, shortFunctions, shortMains, usualSizes]

  static let shortMains = Rule("a service's Main has at most \(Limits.mainLines) lines") { tree in
    tree.files.compactMap { file in
      guard case .main = file.room, file.lines.count > Limits.mainLines else { return nil }
      return Breach(file, "has \(file.lines.count) lines; it only reads configuration, composes and runs: move the rest to Server/")
    }
  }

  static let shortFiles = Rule("no file written by hand has more than \(Limits.fileLines) lines") { tree in
    tree.files.filter { ($0.isSwift || $0.isC || $0.path.hasSuffix(".py")) && !$0.isGenerated }.compactMap { file in
      guard file.lines.count > Limits.fileLines else { return nil }
      return Breach(file, "has \(file.lines.count) lines; split it by what its parts are for, below \(Limits.fileLines)")
    }
  }

  static let shortFunctions = Rule("no function written by hand has 70 lines") { tree in
    tree.files.filter { ($0.isSwift || $0.path.hasSuffix(".c")) && !$0.isGenerated }.flatMap { file in
      (file.isSwift ? FunctionSpans.ofSwift(file) : FunctionSpans.ofC(file)).filter { $0.lineCount > Limits.functionLines }.map {
        Breach(file, line: $0.line, "the function that starts here has \($0.lineCount) lines; give its steps names, below 70")
      }
    }
  }

  static let usualSizes = Rule("files are about 100 lines, most under \(Limits.usualFileLines)") { tree in
    let files = tree.handwrittenSwift.filter { $0.path.hasPrefix("Sources/") }
    let counts = files.map(\.lines.count).sorted()
    guard counts.count >= 20, let anchor = files.first else { return [] }
    var breaches: [Breach] = []
    let median = counts[counts.count / 2]
    if !Limits.medianFileLines.contains(median) {
      breaches.append(
        Breach(anchor, "the median file under Sources has \(median) lines, not \(Limits.medianFileLines); cut by purpose"))
    }
    let long = counts.count { $0 > Limits.usualFileLines }
    if long * 5 > counts.count {
      breaches.append(
        Breach(anchor, "\(long) of \(counts.count) files under Sources exceed \(Limits.usualFileLines) lines; split some"))
    }
    return breaches
  }
}
