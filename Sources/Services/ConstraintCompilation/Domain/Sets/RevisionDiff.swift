/// What differs between two compiled sets, rule by rule, in sentences for people.
///
/// Rules are the same when they are about the same thing, however it is spelt: one whose numbers or words differ has changed.
public struct RevisionDiff: Sendable {
  public enum Kind: Sendable {
    case added, removed, changed
  }

  /// Where a compiled set keeps a rule.
  public enum Part: String, Sendable {
    case floors, caps, targets, mandatory, bundles, exclusions, prerequisites, synergies
  }

  public struct Change: Equatable, Sendable {
    public var kind: Kind
    public var part: Part
    public var sentence: String
  }

  /// In the order of the parts, and in each in the order of the rules' keys.
  public private(set) var changes: [Change] = []

  public init(from old: CompiledSet, to new: CompiledSet) {
    compare(.floors, old.capacityFloors, new.capacityFloors, BoundWords(side: .atLeast, noun: "token"))
    compare(.floors, old.minSelected, new.minSelected, BoundWords(side: .atLeast, noun: "initiative"))
    compare(.caps, old.capacityCaps, new.capacityCaps, BoundWords(side: .atMost, noun: "token"))
    compare(.caps, old.maxSelected, new.maxSelected, BoundWords(side: .atMost, noun: "initiative"))
    compare(.targets, old.targets, new.targets, TargetWords())
    compare(.mandatory, old.mandatory, new.mandatory, MandateWords())
    compare(.bundles, old.bundles, new.bundles, BundleWords())
    compare(
      .exclusions, old.excludedInitiatives, new.excludedInitiatives,
      KeyWords(added: { "\($0) is excluded" }, removed: { "\($0) is not excluded any more" }))
    compare(
      .exclusions, old.excludedBundles, new.excludedBundles,
      KeyWords(added: { "bundle \($0) is excluded as a whole" }, removed: { "bundle \($0) is not excluded any more" }))
    compare(.exclusions, old.excludedPairs, new.excludedPairs, PairWords())
    compare(.prerequisites, old.needs, new.needs, NeedWords())
    compare(.synergies, old.synergies, new.synergies, SynergyWords())
  }

  private mutating func compare<Words: RuleWords>(_ part: Part, _ old: [Words.Rule], _ new: [Words.Rule], _ words: Words) {
    let before = Dictionary(old.map { (words.key($0), $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.map { (words.key($0), $0) }, uniquingKeysWith: { first, _ in first })
    let keys = Set(before.keys).union(after.keys).sorted { $0.lexicographicallyPrecedes($1) }
    for key in keys {
      switch (before[key], after[key]) {
      case (nil, let rule?): changes.append(Change(kind: .added, part: part, sentence: "New: \(words.added(rule))."))
      case (let rule?, nil): changes.append(Change(kind: .removed, part: part, sentence: "Gone: \(words.removed(rule))."))
      case (let old?, let new?):
        changes += words.changes(old, new).map { Change(kind: .changed, part: part, sentence: "\($0).") }
      case (nil, nil): break
      }
    }
  }
}

/// How the rules of one kind are told.
protocol RuleWords<Rule> {
  associatedtype Rule
  /// What the rule is about.
  func key(_ rule: Rule) -> [NormalKey]
  /// The rest of a sentence that says what holds from now on, and what held until now.
  func added(_ rule: Rule) -> String
  func removed(_ rule: Rule) -> String
  /// Sentences without their full stops; none when the rules say the same.
  func changes(_ old: Rule, _ new: Rule) -> [String]
}
