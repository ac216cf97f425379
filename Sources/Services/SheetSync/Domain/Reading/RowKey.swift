/// What names a row of a tab: its key columns, compared without regard to case and outer spaces.
public struct RowKey: Hashable, Sendable {
  /// As the person spelt them, in the order of the tab's key columns; empty for blanks.
  public var parts: [String]
  /// For comparing.
  public var folded: [String]

  public init(_ parts: [String]) {
    self.parts = parts
    folded = parts.map { CellText.folded($0) }
  }

  /// For people: the parts that say something, such as `Q1-2026 Core / Baseline`. A part that fills a whole cell is cut short, because
  /// each row's messages repeat it.
  public var text: String {
    parts.filter { !$0.isEmpty }.map { $0.utf8.count <= Self.longestPart ? $0 : $0.prefix(Self.longestPart - 1) + "…" }
      .joined(separator: " / ")
  }

  /// Characters of a part that are shown; no key that is ever stored is longer.
  static let longestPart = 200

  public var isBlank: Bool { folded.allSatisfy(\.isEmpty) }

  public static func == (one: Self, other: Self) -> Bool { one.folded == other.folded }

  public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

/// The rows that a person asked for, by their keys as text.
public struct RowSelection: Sendable {
  private let wanted: [String: String]

  /// `keys`: a row's whole key, or the first parts of it, separated by ` / `: `Q1-2026 Core / Baseline` means every row of that set.
  public init(keys: [String]) {
    var wanted: [String: String] = [:]
    for key in keys {
      let parts = key.split(separator: "/").map { CellText.folded($0) }
      wanted[parts.joined(separator: "/")] = key
      wanted[CellText.folded(key)] = key
    }
    self.wanted = wanted
  }

  /// The asked-for keys that mean this row: its own, and those of what it is part of.
  public func matches(_ key: RowKey) -> [String] {
    var prefix = ""
    return key.folded.filter { !$0.isEmpty }.compactMap { part in
      prefix += prefix.isEmpty ? part : "/" + part
      return wanted[prefix]
    }
  }
}
