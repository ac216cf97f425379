import ConstraintCompilationDomain
import Messages

/// What stands in a stored revision that no version of this service could have written.
struct RevisionFault: Error, CustomStringConvertible {
  let description: String
}

extension CompiledConstraintSet {
  init(_ set: CompiledSet) {
    self.init(
      floors: Floors(
        capacityFloors: set.capacityFloors.map {
          CapacityFloor(dimension: $0.member.dimension.rawValue, key: $0.member.key, minTokens: Int64($0.amount))
        },
        minSelected: set.minSelected.map {
          MinSelected(dimension: $0.member.dimension.rawValue, key: $0.member.key, minCount: Int64($0.amount))
        }),
      caps: Caps(
        capacityCaps: set.capacityCaps.map {
          CapacityCap(dimension: $0.member.dimension.rawValue, key: $0.member.key, maxTokens: Int64($0.amount))
        },
        maxSelected: set.maxSelected.map {
          MaxSelected(dimension: $0.member.dimension.rawValue, key: $0.member.key, maxCount: Int64($0.amount))
        }),
      targets: Targets(kpiTargets: set.targets.map { CompiledTarget($0) }),
      mandatory: Mandatory(
        mandatory: set.mandatory.map { MandatoryInitiative(initiativeKey: $0.initiativeKey, reason: $0.reason) }),
      bundles: Bundles(
        bundles: set.bundles.map {
          Bundle(bundleKey: $0.key, initiativeKeys: $0.initiativeKeys, mode: Self.allOrNothing, notes: $0.notes)
        }),
      exclusions: Exclusions(
        excludeInitiatives: set.excludedInitiatives, excludeBundles: set.excludedBundles,
        excludePairs: set.excludedPairs.map { ExcludePair(initiativeKeyA: $0.one, initiativeKeyB: $0.other) }),
      prerequisites: Prerequisites(
        prerequisites: set.prerequisites.map { Prerequisite(initiativeKey: $0.initiativeKey, requires: $0.requires) }),
      synergies: Synergies(
        synergies: set.synergies.map {
          Synergy(initiativeKeys: $0.initiativeKeys, synergyGroupKey: $0.groupKey, kpiKey: $0.kpiKey, bonus: $0.bonus)
        }))
  }

  static let allOrNothing = "all_or_nothing"
}

extension CompiledTarget {
  fileprivate init(_ target: KpiTargetRule) {
    self.init(
      kpiKey: target.kpiKey, dimension: target.member.dimension.rawValue, key: target.member.key, floorOrGoal: target.side.rawValue,
      targetValue: target.value, baselineValue: target.baseline, unit: target.unit, notes: target.notes)
  }
}

extension CompiledSet {
  init(_ message: CompiledConstraintSet) throws(RevisionFault) {
    self.init()
    for floor in message.floors?.capacityFloors ?? [] {
      capacityFloors.append(try Self.bound(floor.dimension, floor.key, floor.minTokens))
    }
    for floor in message.floors?.minSelected ?? [] {
      minSelected.append(try Self.bound(floor.dimension, floor.key, floor.minCount))
    }
    for cap in message.caps?.capacityCaps ?? [] { capacityCaps.append(try Self.bound(cap.dimension, cap.key, cap.maxTokens)) }
    for cap in message.caps?.maxSelected ?? [] { maxSelected.append(try Self.bound(cap.dimension, cap.key, cap.maxCount)) }
    for target in message.targets?.kpiTargets ?? [] {
      guard let side = TargetSide(rawValue: target.floorOrGoal) else {
        throw RevisionFault(description: "floor_or_goal is \(target.floorOrGoal)")
      }
      targets.append(
        KpiTargetRule(
          kpiKey: target.kpiKey, member: try Self.member(target.dimension, target.key), side: side, value: target.targetValue,
          baseline: target.baselineValue, unit: target.unit, notes: target.notes))
    }
    mandatory = (message.mandatory?.mandatory ?? []).map { Mandate(initiativeKey: $0.initiativeKey, reason: $0.reason) }
    for bundle in message.bundles?.bundles ?? [] {
      guard bundle.mode == CompiledConstraintSet.allOrNothing else {
        throw RevisionFault(description: "a bundle's mode is \(bundle.mode)")
      }
      bundles.append(Bundle(key: bundle.bundleKey, initiativeKeys: bundle.initiativeKeys, notes: bundle.notes))
    }
    excludedInitiatives = message.exclusions?.excludeInitiatives ?? []
    excludedBundles = message.exclusions?.excludeBundles ?? []
    excludedPairs = (message.exclusions?.excludePairs ?? []).map { Pair($0.initiativeKeyA, $0.initiativeKeyB) }
    prerequisites = (message.prerequisites?.prerequisites ?? []).map {
      Prerequisite(initiativeKey: $0.initiativeKey, requires: $0.requires)
    }
    synergies = (message.synergies?.synergies ?? []).map {
      Synergy(initiativeKeys: $0.initiativeKeys, groupKey: $0.synergyGroupKey, kpiKey: $0.kpiKey, bonus: $0.bonus)
    }
  }

  private static func member(_ dimension: String, _ key: String) throws(RevisionFault) -> DimensionMember {
    guard let known = PlanningDimension(rawValue: dimension) else {
      throw RevisionFault(description: "a dimension is \(dimension)")
    }
    return DimensionMember(known, key)
  }

  private static func bound(_ dimension: String, _ key: String, _ amount: Int64) throws(RevisionFault) -> Bound {
    Bound(member: try member(dimension, key), amount: Int(amount))
  }
}
