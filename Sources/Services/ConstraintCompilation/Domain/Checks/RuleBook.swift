/// The rules that hold together for a problem: a compiled set's, and those that candidates bring, each with the cell that it came
/// from. Initiatives are numbers of the index.
struct RuleBook {
  struct Bound {
    var member: DimensionMember
    var side: BoundSide
    var amount: Int
    var source: SourceCell
  }

  struct Mark {
    var initiative: Int
    var reason: String
    var source: SourceCell
  }

  struct Pair {
    var one: Int
    var other: Int
    var source: SourceCell
  }

  struct Bundle {
    var key: String
    /// In order.
    var members: [Int]
    var source: SourceCell
  }

  struct Synergy {
    var name: String
    /// In order.
    var members: [Int]
    var kpiKey: String
    var bonus: Double
    var source: SourceCell
  }

  struct Target {
    var rule: KpiTargetRule
    var source: SourceCell
  }

  private(set) var tokenBounds: [Bound] = []
  private(set) var countBounds: [Bound] = []
  /// At most one of an initiative; the set's row goes before the candidate's own word.
  private(set) var mandatory: [Mark] = []
  private(set) var excluded: [Mark] = []
  private(set) var pairs: [Pair] = []
  private(set) var bundles: [Bundle] = []
  private(set) var graph: PrerequisiteGraph
  private(set) var synergies: [Synergy] = []
  private(set) var targets: [Target] = []
  /// Keys of the set that name no initiative any more.
  private(set) var unknown: [(key: String, source: SourceCell)] = []

  private let index: InitiativeIndex
  private(set) var isMandatory: [Bool]
  private(set) var isExcluded: [Bool]
  private var pairsSeen: Set<[Int]> = []
  private var needsSeen: Set<[Int]> = []

  /// - Parameters:
  ///   - takesCandidates: whether what Candidates says counts too: mandates, prerequisites, exclusions, members of bundles.
  ///   - isInPlay: which initiatives can be selected at all; only their mandates count.
  init(_ set: CompiledSet, sources: RuleSources, index: InitiativeIndex, takesCandidates: Bool, isInPlay: [Bool]) {
    self.index = index
    graph = PrerequisiteGraph(count: index.count)
    isMandatory = Array(repeating: false, count: index.count)
    isExcluded = isMandatory
    addBounds(set, sources)
    addMarks(set, sources, takesCandidates: takesCandidates)
    addRelations(set, sources)
    for target in set.targets {
      targets.append(Target(rule: target, source: sources.cell(.target(target.kpiKey, target.member), tab: .targets)))
    }
    addSynergies(set, sources)
    if takesCandidates { addCandidates(isInPlay) }
    mandatory.sort { $0.initiative < $1.initiative }
    excluded.sort { $0.initiative < $1.initiative }
    pairs.sort { ($0.one, $0.other) < ($1.one, $1.other) }
  }

  /// Takes an initiative out, unless it is out already.
  mutating func exclude(_ initiative: Int, reason: String, source: SourceCell) {
    guard !isExcluded[initiative] else { return }
    isExcluded[initiative] = true
    excluded.append(Mark(initiative: initiative, reason: reason, source: source))
  }

  private mutating func addBounds(_ set: CompiledSet, _ sources: RuleSources) {
    for (bounds, side) in [(set.capacityFloors, BoundSide.atLeast), (set.capacityCaps, .atMost)] {
      tokenBounds += bounds.map {
        Bound(member: $0.member, side: side, amount: $0.amount, source: sources.cell(.tokens($0.member, side)))
      }
    }
    for (bounds, side) in [(set.minSelected, BoundSide.atLeast), (set.maxSelected, .atMost)] {
      countBounds += bounds.map {
        Bound(member: $0.member, side: side, amount: $0.amount, source: sources.cell(.count($0.member, side)))
      }
    }
  }

  private mutating func position(_ key: String, _ source: SourceCell) -> Int? {
    if let position = index.position(of: key) { return position }
    unknown.append((key, source))
    return nil
  }

  private mutating func addMarks(_ set: CompiledSet, _ sources: RuleSources, takesCandidates: Bool) {
    for mandate in set.mandatory {
      let source = sources.cell(.mandatory(mandate.initiativeKey))
      guard let initiative = position(mandate.initiativeKey, source) else { continue }
      require(initiative, reason: mandate.reason, source: source)
    }
    for key in set.excludedInitiatives {
      let source = sources.cell(.excludeInitiative(key))
      guard let initiative = position(key, source) else { continue }
      exclude(initiative, reason: "excluded by the constraint set", source: source)
    }
    for bundle in set.bundles {
      let source = sources.cell(.bundle(bundle.key))
      var members = Set(bundle.initiativeKeys.compactMap { position($0, source) })
      if takesCandidates { members.formUnion(index.positions(inBundle: bundle.key)) }
      bundles.append(Bundle(key: bundle.key, members: members.sorted(), source: source))
    }
    let lists = Dictionary(bundles.map { (NormalKey($0.key), $0.members) }, uniquingKeysWith: { first, _ in first })
    for key in set.excludedBundles {
      let members = Set(lists[NormalKey(key)] ?? []).union(takesCandidates ? index.positions(inBundle: key) : [])
      for member in members.sorted() {
        exclude(member, reason: "bundle \(key) is excluded by the constraint set", source: sources.cell(.excludeBundle(key)))
      }
    }
  }

  private mutating func require(_ initiative: Int, reason: String, source: SourceCell) {
    guard !isMandatory[initiative] else { return }
    isMandatory[initiative] = true
    mandatory.append(Mark(initiative: initiative, reason: reason, source: source))
  }

  private mutating func addRelations(_ set: CompiledSet, _ sources: RuleSources) {
    for pair in set.excludedPairs {
      let source = sources.cell(.excludePair(pair.one, pair.other))
      guard let one = position(pair.one, source), let other = position(pair.other, source) else { continue }
      add(pairOf: one, other, source: source)
    }
    for prerequisite in set.prerequisites {
      for key in prerequisite.requires {
        let source = sources.cell(.need(prerequisite.initiativeKey, of: key))
        guard let one = position(prerequisite.initiativeKey, source), let needed = position(key, source) else { continue }
        add(needOf: one, needed, source: source)
      }
    }
  }

  private mutating func add(pairOf one: Int, _ other: Int, source: SourceCell) {
    guard pairsSeen.insert([min(one, other), max(one, other)]).inserted else { return }
    pairs.append(Pair(one: min(one, other), other: max(one, other), source: source))
  }

  private mutating func add(needOf one: Int, _ needed: Int, source: SourceCell) {
    guard needsSeen.insert([one, needed]).inserted else { return }
    graph.add(one, needs: needed, source: source)
  }

  private mutating func addSynergies(_ set: CompiledSet, _ sources: RuleSources) {
    for synergy in set.synergies {
      let party: SynergyParty = synergy.groupKey.isEmpty ? .initiatives(synergy.initiativeKeys) : .group(synergy.groupKey)
      let source = sources.cell(.synergy(party, synergy.kpiKey))
      let members =
        synergy.groupKey.isEmpty
        ? synergy.initiativeKeys.compactMap { position($0, source) }.sorted() : index.positions(inGroup: synergy.groupKey)
      let name = synergy.groupKey.isEmpty ? synergy.initiativeKeys.joined(separator: "+") : synergy.groupKey
      synergies.append(Synergy(name: name, members: members, kpiKey: synergy.kpiKey, bonus: synergy.bonus, source: source))
    }
  }

  private mutating func addCandidates(_ isInPlay: [Bool]) {
    for position in index.withRules {
      let initiative = index.initiatives[position]
      let fields = initiative.candidate
      if fields.isMandatory, isInPlay[position] {
        require(position, reason: fields.mandateReason, source: initiative.candidateCell("is_mandatory"))
      }
      for key in fields.prerequisiteKeys {
        guard let needed = index.position(of: key) else { continue }
        add(needOf: position, needed, source: initiative.candidateCell("prerequisite_keys"))
      }
      for key in fields.exclusionKeys {
        guard let other = index.position(of: key) else { continue }
        add(pairOf: position, other, source: initiative.candidateCell("exclusion_keys"))
      }
    }
  }
}
