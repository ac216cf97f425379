/// A constraint set in typed, canonical form: its lists are sorted by normal keys, so that the same rows in any order give the
/// same value and the same bytes. Where the rows stood is not in it.
public struct CompiledSet: Equatable, Sendable {
  /// A bound on tokens or on a count of initiatives.
  public struct Bound: Equatable, Sendable {
    public var member: DimensionMember
    public var amount: Int

    public init(member: DimensionMember, amount: Int) {
      self.member = member
      self.amount = amount
    }
  }

  public struct Mandate: Equatable, Sendable {
    public var initiativeKey: String
    public var reason: String

    public init(initiativeKey: String, reason: String) {
      self.initiativeKey = initiativeKey
      self.reason = reason
    }
  }

  /// All or none of the members: the row's own list, to which candidates that name the bundle are added later.
  public struct Bundle: Equatable, Sendable {
    public var key: String
    public var initiativeKeys: [String]
    public var notes: String

    public init(key: String, initiativeKeys: [String], notes: String = "") {
      self.key = key
      self.initiativeKeys = initiativeKeys
      self.notes = notes
    }
  }

  public struct Pair: Equatable, Sendable {
    public var one: String
    public var other: String

    public init(_ one: String, _ other: String) {
      self.one = one
      self.other = other
    }
  }

  public struct Prerequisite: Equatable, Sendable {
    public var initiativeKey: String
    public var requires: [String]

    public init(initiativeKey: String, requires: [String]) {
      self.initiativeKey = initiativeKey
      self.requires = requires
    }
  }

  /// Between the initiatives listed, or all that name the group when none are.
  public struct Synergy: Equatable, Sendable {
    public var initiativeKeys: [String]
    public var groupKey: String
    public var kpiKey: String
    public var bonus: Double

    public init(initiativeKeys: [String] = [], groupKey: String = "", kpiKey: String, bonus: Double) {
      self.initiativeKeys = initiativeKeys
      self.groupKey = groupKey
      self.kpiKey = kpiKey
      self.bonus = bonus
    }
  }

  public var capacityFloors: [Bound] = []
  public var minSelected: [Bound] = []
  public var capacityCaps: [Bound] = []
  public var maxSelected: [Bound] = []
  public var targets: [KpiTargetRule] = []
  public var mandatory: [Mandate] = []
  public var bundles: [Bundle] = []
  public var excludedInitiatives: [String] = []
  public var excludedBundles: [String] = []
  public var excludedPairs: [Pair] = []
  public var prerequisites: [Prerequisite] = []
  public var synergies: [Synergy] = []

  public init() {}

  /// The cap on the whole portfolio, which stands in for the scenario's capacity. (R19)
  var capacityOverride: Bound? { capacityCaps.first { $0.member == .all } }
}

extension CompiledSet {
  /// Makes the canonical form of rules; of prerequisites of one initiative all needs are put together.
  init(_ rules: [ConstraintRule]) {
    var needs: [NormalKey: (key: String, requires: [String])] = [:]
    for rule in rules {
      switch rule {
      case .tokens(let member, .atLeast, let amount): capacityFloors.append(Bound(member: member, amount: amount))
      case .tokens(let member, .atMost, let amount): capacityCaps.append(Bound(member: member, amount: amount))
      case .count(let member, .atLeast, let amount): minSelected.append(Bound(member: member, amount: amount))
      case .count(let member, .atMost, let amount): maxSelected.append(Bound(member: member, amount: amount))
      case .mandatory(let key, let reason): mandatory.append(Mandate(initiativeKey: key, reason: reason))
      case .excludeInitiative(let key): excludedInitiatives.append(key)
      case .excludeBundle(let key): excludedBundles.append(key)
      case .excludePair(let one, let other): excludedPairs.append(Pair(one, other))
      case .bundle(let key, let members, let notes):
        bundles.append(Bundle(key: key, initiativeKeys: members.sorted { NormalKey($0) < NormalKey($1) }, notes: notes))
      case .prerequisite(let key, let requires): needs[NormalKey(key), default: (key, [])].requires += requires
      case .synergy(.initiatives(let keys), let kpi, let bonus):
        synergies.append(Synergy(initiativeKeys: keys.sorted { NormalKey($0) < NormalKey($1) }, kpiKey: kpi, bonus: bonus))
      case .synergy(.group(let key), let kpi, let bonus): synergies.append(Synergy(groupKey: key, kpiKey: kpi, bonus: bonus))
      case .target(let target): targets.append(target)
      }
    }
    for (_, need) in needs.sorted(by: { $0.key < $1.key }) {
      let requires = KeyGrammar.distinct(need.requires).sorted { NormalKey($0) < NormalKey($1) }
      prerequisites.append(Prerequisite(initiativeKey: need.key, requires: requires))
    }
    sort()
  }

  private mutating func sort() {
    capacityFloors.sort { $0.member < $1.member }
    minSelected.sort { $0.member < $1.member }
    capacityCaps.sort { $0.member < $1.member }
    maxSelected.sort { $0.member < $1.member }
    targets = sorted(targets) { [NormalKey($0.kpiKey)] }
    targets = targets.enumerated().sorted { ($0.element.member, $0.offset) < ($1.element.member, $1.offset) }.map(\.element)
    mandatory = sorted(mandatory) { [NormalKey($0.initiativeKey)] }
    bundles = sorted(bundles) { [NormalKey($0.key)] }
    excludedInitiatives = sorted(excludedInitiatives) { [NormalKey($0)] }
    excludedBundles = sorted(excludedBundles) { [NormalKey($0)] }
    excludedPairs = sorted(excludedPairs) { [NormalKey($0.one), NormalKey($0.other)] }
    synergies = sorted(synergies) { [NormalKey($0.groupKey), NormalKey($0.kpiKey)] + $0.initiativeKeys.map { NormalKey($0) } }
  }
}

/// The items in the order of keys that are made once each.
func sorted<Item>(_ items: [Item], by keys: (Item) -> [NormalKey]) -> [Item] {
  items.map { (keys($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
}
