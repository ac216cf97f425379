import MetricGovernanceDomain
import SeededNumbers

/// Calls as a team would make them, with the mistakes of one that does not look: most fit where things stand, many do not.
struct RandomCalls {
  private var numbers: SeededGenerator

  init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

  private mutating func one<Element>(of elements: [Element]) -> Element { elements.randomElement(using: &numbers)! }

  /// How much later the next call comes: often at once, or just at, before or behind a date that counts.
  mutating func wait() -> Int64 {
    let day = Instant.microsecondsPerDay
    return one(of: [0, 0, 0, 0, 1, 1_000_000, day, 30 * day - 1, 30 * day, 90 * day - 1, 90 * day])
  }

  /// A version that was queried, if any.
  mutating func query(_ model: SmallModel) -> Int32? {
    guard chance(15) else { return nil }
    return model.versions.filter { $0.value.status.isQueryable }.keys.sorted().randomElement(using: &numbers)
  }

  mutating func call(_ model: SmallModel, at now: Instant) -> ModelCall {
    let deed = deed(model, now)
    let board: [SmallModel.Actor] = [.ada, .cleo]
    var actor: SmallModel.Actor = chance(85) ? one(of: board + board + [.bob]) : one(of: SmallModel.Actor.allCases)
    if case .ask = deed, chance(70) { actor = .bob }
    return ModelCall(actor: actor, deed: deed, isStale: chance(3), isWithoutReason: chance(2))
  }

  private mutating func content() -> SmallModel.Content {
    SmallModel.Content(formula: one(of: [0, 1]), spelling: one(of: [0, 1, 2]), hasGuide: chance(70))
  }

  /// Mostly one in a state where the deed makes sense.
  private mutating func version(_ model: SmallModel, _ states: VersionStatus...) -> Int32 {
    let fitting = model.versions.filter { states.contains($0.value.status) }.keys.sorted()
    if let number = fitting.randomElement(using: &numbers), chance(85) { return number }
    return Int32.random(in: 1...(model.highest + 2), using: &numbers)
  }

  private mutating func deed(_ model: SmallModel, _ now: Instant) -> ModelCall.Deed {
    guard model.exists else { return chance(80) ? .create(nil, content(), facts: 0) : .create(nil, content(), facts: nil) }
    switch Int.random(in: 0..<100, using: &numbers) {
    case ..<8:
      let number = chance(80) ? nil : Int32.random(in: 1...(model.highest + 3), using: &numbers)
      return .create(number, content(), facts: chance(90) ? nil : one(of: [0, 1]))
    case ..<12: return .edit(version(model, .draft), content())
    case ..<14: return .describe(one(of: [0, 1]))
    case ..<32: return ask(model)
    case ..<52: return answer(model)
    case ..<60: return .activate(version(model, .draft), makeCurrent: chance(50))
    case ..<64: return .crown(version(model, .active))
    case ..<71: return deprecate(model, now)
    case ..<76: return .sunset(version(model, .deprecated))
    case ..<80: return .retire(version(model, .sunset))
    case ..<83: return .rollBack
    case ..<87: return correct(model)
    default: return pinning(model)
    }
  }

  private mutating func ask(_ model: SmallModel) -> ModelCall.Deed {
    let number = version(model, .draft, .active, .deprecated, .sunset)
    let fitting: [Approval.Purpose] =
      switch model.versions[number]?.status {
      case .draft: [.activation]
      case .active: [.correction, .expeditedSunset]
      case .deprecated: [.correction, .expeditedSunset, .rollback]
      case .sunset: [.correction, .forcedRetirement, .rollback]
      default: Approval.Purpose.allCases
      }
    let purpose = chance(90) ? one(of: fitting) : one(of: Approval.Purpose.allCases)
    var correction: SmallModel.Content?
    if purpose == .correction || chance(3) {
      correction = content()
      if let formula = model.versions[number]?.content.formula, chance(80) { correction?.formula = formula }
    }
    return .ask(number, purpose, isBreaking: purpose == .correction ? chance(5) : chance(30), correction)
  }

  private mutating func answer(_ model: SmallModel) -> ModelCall.Deed {
    let pending = model.versions.sorted { $0.key < $1.key }.flatMap { number, version in
      version.requests.indices.filter { version.requests[$0].status == .pending }.map { (number, Int32($0 + 1)) }
    }
    let (number, request) =
      chance(90)
      ? pending.randomElement(using: &numbers) ?? (1, 1)
      : (version(model, .draft, .active), Int32.random(in: 1...4, using: &numbers))
    return .answer(number, request: request, yes: chance(85), complete: chance(92), rightHash: chance(95))
  }

  private mutating func deprecate(_ model: SmallModel, _ now: Instant) -> ModelCall.Deed {
    let planned: Instant? =
      if chance(60) {
        nil
      } else {
        Instant(
          microseconds: now.advanced(byDays: one(of: [0, 30, 90, 3650])).microseconds + one(of: [-1, 0, 1]))
      }
    return .deprecate(
      version(model, .active), replacement: chance(60) ? nil : version(model, .active), planned: planned, expedited: chance(25))
  }

  private mutating func correct(_ model: SmallModel) -> ModelCall.Deed {
    let approved = model.versions.sorted { $0.key < $1.key }.flatMap { number, version in
      version.requests.indices.filter { version.requests[$0].purpose == .correction && version.requests[$0].status == .approved }
        .map { (number, Int32($0 + 1)) }
    }
    let (number, request) = approved.randomElement(using: &numbers) ?? (version(model, .active), 1)
    return .correct(number, request: request)
  }

  private mutating func pinning(_ model: SmallModel) -> ModelCall.Deed {
    let dashboard = Int.random(in: 0..<4, using: &numbers)
    let known = model.pins[dashboard]
    switch Int.random(in: 0..<3, using: &numbers) {
    case 0: return .pin(dashboard, chance(50) ? nil : version(model, .active, .deprecated))
    case 1: return .unpin(dashboard, chance(85) ? known ?? 1 : version(model, .active))
    default: return .migrate(dashboard, chance(85) ? known ?? 1 : 1, version(model, .active, .deprecated))
    }
  }
}
