import SeededNumbers
import Testing

@testable import ConstraintCompilationDomain

/// What a revision is named by, over row sets that are made up: neither the order of rows, nor the spelling of keys, nor how often somebody saved
/// on the way changes it.
@Suite struct RevisionIdentityTests {
  /// A plan whose rows compile, with the bytes that its revision is named by; nil for one that has none.
  private func compiled(_ seed: UInt64) -> (plan: RandomPlan, bytes: [UInt8])? {
    let plan = RandomPlan(seed: seed)
    guard plan.constraints.count + plan.targets.count > 2, let set = plan.compile().compiled else { return nil }
    return (plan, bytes(set))
  }

  private func bytes(_ set: CompiledSet) -> [UInt8] { set.canonicalBytes(scenarioName: "Core", setName: "Baseline") }

  private func compile(_ constraints: [ConstraintEntry], _ targets: [TargetEntry], of plan: RandomPlan) -> CompiledSet? {
    SetCompilation(
      constraints: constraints, targets: targets, scenario: plan.scenario, initiatives: InitiativeIndex(plan.initiatives),
      kpis: RandomPlan.kpis
    ).compiled
  }

  @Test func `shuffled rows and respelt keys are the same revision`() throws {
    var compared = 0
    var (texts, respeltTexts) = (0, 0)
    for seed in 5001...5800 as ClosedRange<UInt64> {
      guard let (plan, expected) = compiled(seed) else { continue }
      var generator = SeededGenerator(seed: seed)
      func respelt(_ text: String) -> String {
        let other = self.respelt(text, &generator)
        if !text.isEmpty { texts += 1 }
        if !text.isEmpty, other != text { respeltTexts += 1 }
        return other
      }
      let constraints = plan.constraints.shuffled(using: &generator).enumerated().map { place, row in
        var other = row
        other.row = place + 30
        other.type = respelt(row.type)
        other.dimension = respelt(row.dimension)
        other.key = respelt(row.key)
        other.targetKpiKey = respelt(row.targetKpiKey)
        return other
      }
      let targets = plan.targets.shuffled(using: &generator).enumerated().map { place, row in
        var other = row
        other.row = place + 30
        other.country = respelt(row.country)
        other.kpiKey = respelt(row.kpiKey)
        other.floorOrGoal = respelt(row.floorOrGoal)
        return other
      }
      let set = try #require(compile(constraints, targets, of: plan), "seed \(seed)")
      #expect(bytes(set) == expected, "seed \(seed): \(constraints) \(targets)")
      compared += 1
    }
    #expect(compared > 150)
    // Else the same texts would be compared with themselves.
    #expect(texts > 2000 && respeltTexts * 4 > texts * 3, "\(respeltTexts) of \(texts) texts were respelt")
  }

  @Test func `a save in parts is the same revision as a save at once`() throws {
    var compared = 0
    for seed in 6001...6800 as ClosedRange<UInt64> {
      guard let (plan, expected) = compiled(seed) else { continue }
      var generator = SeededGenerator(seed: seed)
      var parts: [(SetTab, [SetEntry])] = []
      let constraints = plan.constraints.shuffled(using: &generator).map { SetEntry.constraint($0) }
      for part in pieces(of: constraints, &generator) { parts.append((.constraints, part)) }
      for part in pieces(of: plan.targets.map { SetEntry.target($0) }, &generator) { parts.append((.targets, part)) }
      parts.shuffle(using: &generator)
      guard let set = saved(parts, of: plan) else { continue }
      #expect(bytes(set) == expected, "seed \(seed): \(parts)")
      compared += 1
    }
    #expect(compared > 150)
  }

  /// The set after all parts; nil when it could not be compiled on the way, as without the row that raises the capacity.
  private func saved(_ parts: [(SetTab, [SetEntry])], of plan: RandomPlan) -> CompiledSet? {
    var stored: [StoredSet] = []
    var newest: CompiledSet?
    for (tab, entries) in parts {
      let save = SetSave(
        entries.map { TypedSetRow(scenarioName: "core ", setName: "BASELINE", entry: $0) }, of: tab, unreadable: [],
        isWholeTab: false,
        stored: stored, scenarios: [plan.scenario], initiatives: InitiativeIndex(plan.initiatives), kpis: RandomPlan.kpis)
      guard let outcome = save.outcomes.first, case .compiled(let set) = outcome.fate else { return nil }
      stored = [StoredSet(scenarioName: outcome.scenarioName, name: outcome.name, rows: outcome.rows)]
      newest = set
    }
    return newest
  }

  private func pieces(of entries: [SetEntry], _ generator: inout SeededGenerator) -> [[SetEntry]] {
    var pieces: [[SetEntry]] = []
    var rest = entries[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...3, using: &generator))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  /// Other capitals, and other spaces at the ends of each key.
  private func respelt(_ text: String, _ generator: inout SeededGenerator) -> String {
    var other = ""
    for sign in Bool.random(using: &generator) ? text.uppercased() : text.lowercased() {
      let isBetween = "<>-+:,".contains(sign)
      // The arrows are of two signs, and INIT-1 has one of them within.
      if isBetween, sign != "-", sign != ">", Bool.random(using: &generator) { other += " " }
      other.append(sign)
      if ",+:".contains(sign), Bool.random(using: &generator) { other += "  " }
    }
    return (Bool.random(using: &generator) ? " " : "") + other + (Bool.random(using: &generator) ? "  " : "")
  }
}
