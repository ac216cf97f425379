public enum BoundSide: Int, Comparable, Sendable {
  case atLeast, atMost

  public static func < (one: BoundSide, other: BoundSide) -> Bool { one.rawValue < other.rawValue }
}

public enum TargetSide: String, TypedWord {
  /// Hard: baseline + achieved is at least the target.
  case floor
  /// Soft: its shortfall is reported.
  case goal
  /// Hard: baseline + achieved is at most the target.
  case cap
}

/// What a synergy is between: initiatives by name, or all that name a group.
enum SynergyParty: Equatable {
  case initiatives([String])
  case group(String)
}

/// One row of Constraints or Targets as a typed rule.
enum ConstraintRule: Equatable {
  case tokens(DimensionMember, BoundSide, Int)
  case count(DimensionMember, BoundSide, Int)
  case mandatory(String, reason: String)
  case excludeInitiative(String)
  case excludeBundle(String)
  case excludePair(String, String)
  case bundle(String, members: [String], notes: String)
  case prerequisite(String, requires: [String])
  case synergy(SynergyParty, kpi: String, bonus: Double)
  case target(KpiTargetRule)
}

/// A KPI target of a set.
public struct KpiTargetRule: Equatable, Sendable {
  public var kpiKey: String
  public var member: DimensionMember
  public var side: TargetSide
  public var value: Double
  public var baseline: Double
  /// The KPI's unit when the set was compiled.
  public var unit: String
  public var notes: String

  public init(
    kpiKey: String, member: DimensionMember, side: TargetSide, value: Double, baseline: Double = 0, unit: String = "",
    notes: String = ""
  ) {
    self.kpiKey = kpiKey
    self.member = member
    self.side = side
    self.value = value
    self.baseline = baseline
    self.unit = unit
    self.notes = notes
  }
}

/// What makes two rows of a set the same rule: its kind and what it is about, without its numbers. (R5, R6)
struct RuleIdentity: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case capacityFloor, capacityCap, minSelected, maxSelected, mandatory, excludeInitiative, excludeBundle, excludePair, bundle
    case prerequisite, synergy, synergyGroup, target
  }

  let kind: Kind
  let parts: [NormalKey]

  private init(_ kind: Kind, _ parts: [NormalKey]) {
    self.kind = kind
    self.parts = parts
  }

  init(_ rule: ConstraintRule) {
    switch rule {
    case .tokens(let member, let side, _): self = .tokens(member, side)
    case .count(let member, let side, _): self = .count(member, side)
    case .mandatory(let key, _): self = .mandatory(key)
    case .excludeInitiative(let key): self = .excludeInitiative(key)
    case .excludeBundle(let key): self = .excludeBundle(key)
    case .excludePair(let one, let other): self = .excludePair(one, other)
    case .bundle(let key, _, _): self = .bundle(key)
    case .prerequisite(let key, let requires):
      self.init(.prerequisite, [NormalKey(key)] + requires.map { NormalKey($0) }.sorted())
    case .synergy(let party, let kpi, _): self = .synergy(party, kpi)
    case .target(let target): self = .target(target.kpiKey, target.member)
    }
  }

  static func tokens(_ member: DimensionMember, _ side: BoundSide) -> RuleIdentity {
    RuleIdentity(side == .atLeast ? .capacityFloor : .capacityCap, [NormalKey(member.dimension.rawValue), member.normal])
  }

  static func count(_ member: DimensionMember, _ side: BoundSide) -> RuleIdentity {
    RuleIdentity(side == .atLeast ? .minSelected : .maxSelected, [NormalKey(member.dimension.rawValue), member.normal])
  }

  static func mandatory(_ key: String) -> RuleIdentity { RuleIdentity(.mandatory, [NormalKey(key)]) }
  static func excludeInitiative(_ key: String) -> RuleIdentity { RuleIdentity(.excludeInitiative, [NormalKey(key)]) }
  static func excludeBundle(_ key: String) -> RuleIdentity { RuleIdentity(.excludeBundle, [NormalKey(key)]) }
  static func bundle(_ key: String) -> RuleIdentity { RuleIdentity(.bundle, [NormalKey(key)]) }

  static func excludePair(_ one: String, _ other: String) -> RuleIdentity {
    RuleIdentity(.excludePair, [NormalKey(one), NormalKey(other)].sorted())
  }

  /// One need of a prerequisite row: the compiled set keeps needs, not rows.
  static func need(_ key: String, of required: String) -> RuleIdentity {
    RuleIdentity(.prerequisite, [NormalKey(key), NormalKey(required)])
  }

  static func synergy(_ party: SynergyParty, _ kpi: String) -> RuleIdentity {
    switch party {
    case .initiatives(let keys): RuleIdentity(.synergy, [NormalKey(kpi)] + keys.map { NormalKey($0) }.sorted())
    case .group(let key): RuleIdentity(.synergyGroup, [NormalKey(kpi), NormalKey(key)])
    }
  }

  static func target(_ kpi: String, _ member: DimensionMember) -> RuleIdentity {
    RuleIdentity(.target, [NormalKey(kpi), NormalKey(member.dimension.rawValue), member.normal])
  }
}
