extension Problem {
  public enum Dimension: Int, Sendable, Equatable, CaseIterable {
    case all, country, department, category, program
  }

  /// A member of a dimension: everything, or for example country GB.
  public struct Member: Sendable, Equatable, Hashable, CustomStringConvertible {
    public var dimension: Dimension
    /// Empty for `.all`.
    public var key: String

    public init(_ dimension: Dimension, _ key: String = "") {
      self.dimension = dimension
      self.key = key
    }

    public static let everything = Member(.all)

    public func contains(_ candidate: Candidate) -> Bool {
      switch dimension {
      case .all: true
      case .country: candidate.country == key
      case .department: candidate.department == key
      case .category: candidate.category == key
      case .program: candidate.programKey == key
      }
    }

    public var description: String { dimension == .all ? "the whole portfolio" : "\(dimension) \(key)" }
  }

  public enum BoundKind: Int, Sendable, Equatable {
    case atLeast, atMost
  }

  /// A bound on the tokens or on the number of what is selected among a member.
  public struct Bound: Sendable, Equatable {
    public var member: Member
    public var kind: BoundKind
    /// Tokens or initiatives.
    public var limit: Int64
    public var source: Cell?

    public init(_ member: Member, _ kind: BoundKind, _ limit: Int64, source: Cell? = nil) {
      self.member = member
      self.kind = kind
      self.limit = limit
      self.source = source
    }
  }

  /// An initiative that has to be in, or has to be out.
  public struct Decree: Sendable, Equatable {
    public var key: String
    public var reason: String
    public var source: Cell?

    public init(key: String, reason: String = "", source: Cell? = nil) {
      self.key = key
      self.reason = reason
      self.source = source
    }
  }

  /// At most one of the two.
  public struct ExcludedPair: Sendable, Equatable {
    public var first: String
    public var second: String
    public var source: Cell?

    public init(_ first: String, _ second: String, source: Cell? = nil) {
      self.first = first
      self.second = second
      self.source = source
    }
  }

  /// All of the members or none.
  public struct Bundle: Sendable, Equatable {
    public var key: String
    public var members: [String]
    public var source: Cell?

    public init(key: String, members: [String], source: Cell? = nil) {
      self.key = key
      self.members = members
      self.source = source
    }
  }

  /// The initiative needs every one of `requires`.
  public struct Prerequisite: Sendable, Equatable {
    public var key: String
    public var requires: [String]
    public var source: Cell?

    public init(key: String, requires: [String], source: Cell? = nil) {
      self.key = key
      self.requires = requires
      self.source = source
    }
  }

  /// `bonus` more of the KPI when all members are selected.
  public struct Synergy: Sendable, Equatable {
    public var members: [String]
    public var kpiKey: String
    public var bonus: Double
    public var source: Cell?

    public init(members: [String], kpiKey: String, bonus: Double, source: Cell? = nil) {
      self.members = members
      self.kpiKey = kpiKey
      self.bonus = bonus
      self.source = source
    }
  }

  public enum TargetKind: Int, Sendable, Equatable {
    /// Hard: baseline + contributions >= target.
    case floor
    /// Soft: reported, never a cause of infeasibility.
    case goal
    /// Hard: baseline + contributions <= target.
    case cap
  }

  /// A target for what the selected initiatives of a member contribute; synergies do not count here.
  public struct Target: Sendable, Equatable {
    public var kpiKey: String
    public var member: Member
    public var kind: TargetKind
    public var value: Double
    public var baseline: Double
    public var source: Cell?

    public init(kpiKey: String, member: Member, kind: TargetKind, value: Double, baseline: Double = 0, source: Cell? = nil) {
      self.kpiKey = kpiKey
      self.member = member
      self.kind = kind
      self.value = value
      self.baseline = baseline
      self.source = source
    }
  }

  /// A hard rule of the problem, by its place in the problem's lists.
  public enum Rule: Sendable, Hashable {
    case capacity
    case tokenBound(Int)
    case countBound(Int)
    case mandatory(Int)
    case excluded(Int)
    case excludedPair(Int)
    case bundle(Int)
    case prerequisite(Int)
    case target(Int)
  }

  /// Every hard rule: those of the scenario first, then list by list.
  public var hardRules: [Rule] {
    [.capacity]
      + tokenBounds.indices.map(Rule.tokenBound) + countBounds.indices.map(Rule.countBound)
      + mandatory.indices.map(Rule.mandatory) + excluded.indices.map(Rule.excluded)
      + excludedPairs.indices.map(Rule.excludedPair) + bundles.indices.map(Rule.bundle)
      + prerequisites.indices.map(Rule.prerequisite)
      + targets.indices.filter { targets[$0].kind != .goal }.map(Rule.target)
  }

  public func source(of rule: Rule) -> Cell? {
    switch rule {
    case .capacity: Cell(tab: "Scenario_Config", row: 0, column: "capacity_total_tokens")
    case .tokenBound(let index): tokenBounds[index].source
    case .countBound(let index): countBounds[index].source
    case .mandatory(let index): mandatory[index].source
    case .excluded(let index): excluded[index].source
    case .excludedPair(let index): excludedPairs[index].source
    case .bundle(let index): bundles[index].source
    case .prerequisite(let index): prerequisites[index].source
    case .target(let index): targets[index].source
    }
  }

  /// What the rule says, with its cell, for example "Constraints row 7 (at least 500 tokens for country GB)".
  public func sentence(for rule: Rule) -> String {
    let meaning = meaning(of: rule)
    guard let source = source(of: rule), !source.tab.isEmpty else { return meaning }
    return "\(source) (\(meaning))"
  }

  private func meaning(of rule: Rule) -> String {
    switch rule {
    case .capacity: return "at most \(capacityTokens) tokens in all, scenario \(scenarioName)"
    case .tokenBound(let index): return meaning(of: tokenBounds[index], unit: "tokens")
    case .countBound(let index): return meaning(of: countBounds[index], unit: "initiatives")
    case .mandatory(let index): return "\(mandatory[index].key) is mandatory"
    case .excluded(let index): return "\(excluded[index].key) is excluded"
    case .excludedPair(let index): return "not both \(excludedPairs[index].first) and \(excludedPairs[index].second)"
    case .bundle(let index):
      return "bundle \(bundles[index].key): all or none of \(bundles[index].members.joined(separator: ", "))"
    case .prerequisite(let index):
      return "\(prerequisites[index].key) needs \(prerequisites[index].requires.joined(separator: ", "))"
    case .target(let index):
      let target = targets[index]
      let value = Amount(target.value).map { "\($0)" } ?? "\(target.value)"
      return "\(target.kpiKey) of \(target.member) \(target.kind == .cap ? "at most" : "at least") \(value)"
    }
  }

  private func meaning(of bound: Bound, unit: String) -> String {
    "\(bound.kind == .atLeast ? "at least" : "at most") \(bound.limit) \(unit) for \(bound.member)"
  }
}
