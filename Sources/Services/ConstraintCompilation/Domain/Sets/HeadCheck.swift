/// Where a set stood when somebody began to change it.
public struct HeadExpectation: Sendable {
  public var key: SetKey
  /// The revision's name; empty when there was no such set.
  public var revision: String

  public init(key: SetKey, revision: String) {
    self.key = key
    self.revision = revision
  }
}

/// Where a set stands.
public struct StandingHead: Sendable {
  public var scenarioName: String
  public var setName: String
  public var revision: String
  public var movedBy: String

  public init(scenarioName: String, setName: String, revision: String, movedBy: String) {
    self.scenarioName = scenarioName
    self.setName = setName
    self.revision = revision
    self.movedBy = movedBy
  }
}

/// The sets that stand elsewhere by now than where the save of their rows was made against. They are left as they are, so that nobody's
/// change is overwritten by somebody who has not seen it. (R72)
public struct HeadCheck: Sendable {
  private let moved: [SetKey: String]

  /// - Parameter heads: of the sets expected, those that there are.
  public init(_ expected: [HeadExpectation], heads: [SetKey: StandingHead]) {
    var moved: [SetKey: String] = [:]
    for head in expected where (heads[head.key]?.revision ?? "") != head.revision {
      moved[head.key] = Self.message(head, heads[head.key])
    }
    self.moved = moved
  }

  public func isMoved(_ key: SetKey) -> Bool { moved[key] != nil }

  /// What each row of a moved set is told.
  public func findings(_ rows: [TypedSetRow], of tab: SetTab) -> [Finding] {
    rows.compactMap { row in
      moved[row.key].map {
        Finding(
          .error, at: SourceCell(tab.planningTab, row: row.entry.row, column: "constraint_set_name"), key: row.entry.key,
          code: "head_moved", $0)
      }
    }
  }

  /// What the tab is told of moved sets that it names in no row.
  public func findings(unnamed keys: some Sequence<SetKey>, of tab: SetTab) -> [Finding] {
    keys.sorted().compactMap { key in
      moved[key].map { Finding(.error, at: SourceCell(tab.planningTab, row: 0), key: key.set.text, code: "head_moved", $0) }
    }
  }

  private static func message(_ expected: HeadExpectation, _ head: StandingHead?) -> String {
    guard let head else {
      return
        "there is no compiled set \"\(expected.key.set)\" of \"\(expected.key.scenario)\" any more, and this save was made against its "
        + "revision \(short(expected.revision)); to make it anew, save without an expected revision"
    }
    let set = "set \"\(head.setName)\" of \"\(head.scenarioName)\""
    let against = expected.revision.isEmpty ? "no such set" : "revision \(short(expected.revision))"
    return
      "\(set) was saved by \(head.movedBy) meanwhile: this save was made against \(against), and it stands at \(short(head.revision)) now; "
      + "look at what changed, then save against \(head.revision)"
  }

  /// As many letters as people tell revisions apart by.
  private static func short(_ revision: String) -> String { String(revision.prefix(12)) }
}
