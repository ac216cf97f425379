/// A metric chain that a language model answered, held to the grammar of chains. It is a suggestion for a person: whether its metrics
/// mean anything is judged when the person saves it as their own.
public struct SuggestedChain: Hashable, Sendable {
  /// Why an answer is no chain: the end of a sentence that begins with "the answer".
  public struct Problem: Error, Hashable, Sendable {
    public var message: String
  }

  /// The limits of an answer. A person has to read it.
  public static let mostBranches = 20
  public static let mostLinks = 50
  public static let longestName = 64
  public static let longestAnswer = 4_000

  /// As it is written into the cell: `a -> b -> c`, a branch to a line.
  public let text: String
  /// Names that are no KPI keys, in their order.
  public let unknownNames: [String]

  /// nil when the model says that the row does not say enough.
  public static func read(_ answer: String, kpiKeys: [String]) throws(Problem) -> SuggestedChain? {
    guard answer.utf8.count <= longestAnswer else { throw Problem(message: "is longer than \(longestAnswer) bytes") }
    let lines = answer.split(whereSeparator: { $0.isNewline || $0 == ";" }).map { CellText.trimmed($0) }
      // Models like to fence what they are asked for.
      .filter { !$0.isEmpty && !$0.hasPrefix("```") }
    if lines.count == 1, ["none", "none."].contains(lines[0].lowercased()) { return nil }
    guard !lines.isEmpty else { throw Problem(message: "is empty") }
    guard lines.count <= mostBranches else {
      throw Problem(message: "has \(lines.count) branches; at most \(mostBranches) are taken")
    }
    var reader = Reader(kpiKeys)
    for line in lines { try reader.read(line) }
    try reader.findCircle()
    return SuggestedChain(text: reader.branches.joined(separator: "\n"), unknownNames: reader.unknownNames)
  }

  private struct Reader {
    let spellings: [String: String]
    var branches: [String] = []
    var unknownNames: [String] = []
    private var names: [String: String] = [:]
    private var links: Set<[String]> = []
    private var next: [String: [String]] = [:]

    init(_ kpiKeys: [String]) {
      spellings = Dictionary(kpiKeys.map { (CellText.folded($0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func read(_ line: String) throws(Problem) {
      let parts = line.split(separator: "→", omittingEmptySubsequences: false).flatMap { Self.splitArrows($0) }
      guard parts.count > 1 else {
        throw Problem(message: "has the line \"\(line.prefix(80))\", which is no chain of names joined by ->")
      }
      var branch: [String] = []
      for part in parts { branch.append(try name(CellText.trimmed(part))) }
      for (from, to) in zip(branch, branch.dropFirst()) {
        let link = [from, to].map { $0.lowercased() }
        guard link[0] != link[1] else { throw Problem(message: "links \(from) to itself") }
        if links.insert(link).inserted { next[link[0], default: []].append(link[1]) }
      }
      guard links.count <= SuggestedChain.mostLinks else {
        throw Problem(message: "has more than \(SuggestedChain.mostLinks) links")
      }
      branches.append(branch.joined(separator: " -> "))
    }

    private static func splitArrows(_ text: Substring) -> [Substring] {
      var parts: [Substring] = []
      var rest = text
      while let arrow = rest.firstRange(of: "->") {
        parts.append(rest[..<arrow.lowerBound])
        rest = rest[arrow.upperBound...]
      }
      return parts + [rest]
    }

    /// Spelt as the KPI is, where it is one.
    private mutating func name(_ typed: String) throws(Problem) -> String {
      let isName =
        typed.utf8.count <= SuggestedChain.longestName && typed.utf8.first.map(Self.isLetter) == true
        && typed.utf8.allSatisfy { Self.isLetter($0) || (0x30...0x39).contains($0) || "_.-".utf8.contains($0) }
      guard isName else { throw Problem(message: "has \"\(typed.prefix(80))\", which is no metric's name") }
      let folded = typed.lowercased()
      if let known = names[folded] { return known }
      let spelling = spellings[folded] ?? typed
      names[folded] = spelling
      if spellings[folded] == nil { unknownNames.append(typed) }
      return spelling
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    /// Takes names away that nothing leads to, until none is left; what cannot be taken away goes in a circle.
    func findCircle() throws(Problem) {
      var incoming: [String: Int] = [:]
      for targets in next.values { for target in targets { incoming[target, default: 0] += 1 } }
      var free = names.keys.filter { incoming[$0] == nil }
      var taken = 0
      while let name = free.popLast() {
        taken += 1
        for target in next[name] ?? [] {
          incoming[target, default: 0] -= 1
          if incoming[target] == 0 { free.append(target) }
        }
      }
      guard taken == names.count else { throw Problem(message: "goes in a circle") }
    }
  }
}
