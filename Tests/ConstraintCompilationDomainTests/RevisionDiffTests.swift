import Testing

@testable import ConstraintCompilationDomain

/// What changed between two revisions, sentence by sentence.
@Suite struct RevisionDiffTests {
  private typealias Rules = CompiledSet

  /// The sentences between two sets that the closure makes of an empty one.
  private func sentences(_ old: (inout CompiledSet) -> Void, _ new: (inout CompiledSet) -> Void) -> [String] {
    changes(old, new).map(\.sentence)
  }

  private func changes(_ old: (inout CompiledSet) -> Void, _ new: (inout CompiledSet) -> Void) -> [RevisionDiff.Change] {
    var (before, after) = (CompiledSet(), CompiledSet())
    old(&before)
    new(&after)
    return RevisionDiff(from: before, to: after).changes
  }

  private let uk = DimensionMember(.country, "UK")
  private let de = DimensionMember(.country, "DE")

  @Test func `floors of tokens come, go, rise and fall`() {
    let told = sentences(
      {
        $0.capacityFloors = [
          Rules.Bound(member: .all, amount: 100), Rules.Bound(member: de, amount: 80), Rules.Bound(member: uk, amount: 250),
        ]
      },
      {
        $0.capacityFloors = [
          Rules.Bound(member: .all, amount: 90), Rules.Bound(member: uk, amount: 300),
          Rules.Bound(member: DimensionMember(.program, "Core"), amount: 1),
        ]
      })
    #expect(
      told == [
        "The whole portfolio must have at least 90 tokens, down from 100.",
        "Gone: country DE had to have at least 80 tokens.",
        "Country UK must have at least 300 tokens, up from 250.",
        "New: program Core must have at least 1 token.",
      ])
  }

  @Test func `caps and counts are told as what they are`() {
    let told = changes(
      {
        $0.capacityCaps = [Rules.Bound(member: de, amount: 180)]
        $0.minSelected = [Rules.Bound(member: uk, amount: 2)]
        $0.maxSelected = [Rules.Bound(member: uk, amount: 5)]
      },
      {
        $0.capacityCaps = [Rules.Bound(member: de, amount: 120)]
        $0.minSelected = [Rules.Bound(member: uk, amount: 3)]
        $0.maxSelected = [Rules.Bound(member: .all, amount: 9)]
      })
    #expect(
      told == [
        .init(kind: .changed, part: .floors, sentence: "Country UK must have at least 3 initiatives, up from 2."),
        .init(kind: .changed, part: .caps, sentence: "Country DE must have at most 120 tokens, down from 180."),
        .init(kind: .added, part: .caps, sentence: "New: the whole portfolio must have at most 9 initiatives."),
        .init(kind: .removed, part: .caps, sentence: "Gone: country UK had to have at most 5 initiatives."),
      ])
  }

  private func target(
    _ side: TargetSide, _ value: Double, baseline: Double = 0, unit: String = "orders", notes: String = "",
    of member: DimensionMember
  ) -> KpiTargetRule {
    KpiTargetRule(kpiKey: "NSM_ORDERS", member: member, side: side, value: value, baseline: baseline, unit: unit, notes: notes)
  }

  @Test func `targets come and go with their numbers`() {
    let told = sentences(
      { $0.targets = [target(.floor, 120_000, of: de)] }, { $0.targets = [target(.goal, 0.5, baseline: 0.25, unit: "", of: uk)] })
    #expect(
      told == [
        "Gone: the floor of 120000 orders of NSM_ORDERS for country DE.",
        "New: a goal of 0.5 of NSM_ORDERS for country UK, counted from a baseline of 0.25.",
      ])
  }

  @Test func `a target's number, kind, baseline, unit and notes change`() {
    func told(_ old: KpiTargetRule, _ new: KpiTargetRule) -> [String] { sentences({ $0.targets = [old] }, { $0.targets = [new] }) }
    #expect(
      told(target(.floor, 200_000, of: uk), target(.floor, 210_000, of: uk)) == [
        "The floor of NSM_ORDERS for country UK rises from 200000 to 210000 orders."
      ])
    #expect(
      told(target(.floor, 200_000, of: uk), target(.goal, 200_000, of: uk)) == [
        "The floor of NSM_ORDERS for country UK becomes a goal."
      ])
    #expect(
      told(target(.goal, 2.5, of: .all), target(.cap, 2, of: .all)) == [
        "The goal of NSM_ORDERS for the whole portfolio becomes a cap and falls from 2.5 to 2 orders."
      ])
    #expect(
      told(target(.floor, 1, baseline: 5, of: uk), target(.floor, 1, of: uk)) == [
        "The baseline of NSM_ORDERS for country UK falls from 5 to 0 orders."
      ])
    #expect(
      told(target(.floor, 1, of: uk), target(.floor, 1, unit: "ratio", of: uk)) == [
        "NSM_ORDERS for country UK is counted in \"ratio\" instead of \"orders\"."
      ])
    #expect(
      told(target(.floor, 1, of: uk), target(.floor, 1, notes: "Keep", of: uk)) == [
        "The notes on the floor of NSM_ORDERS for country UK now say \"Keep\"."
      ])
    #expect(
      told(target(.floor, 1, notes: "Keep", of: uk), target(.floor, 1, notes: "Hold", of: uk)) == [
        "The notes on the floor of NSM_ORDERS for country UK say \"Hold\" instead of \"Keep\"."
      ])
    #expect(
      told(target(.floor, 1, notes: "Keep", of: uk), target(.floor, 1, of: uk)) == [
        "The notes on the floor of NSM_ORDERS for country UK are gone; they said \"Keep\"."
      ])
  }

  @Test func `mandatory work comes, goes and gets other reasons`() {
    let told = sentences(
      { $0.mandatory = [Rules.Mandate(initiativeKey: "A", reason: "law"), Rules.Mandate(initiativeKey: "B", reason: "board")] },
      {
        $0.mandatory = [Rules.Mandate(initiativeKey: "A", reason: "audit"), Rules.Mandate(initiativeKey: "C", reason: "promised")]
      })
    #expect(
      told == [
        "A stays mandatory, because of \"audit\" instead of \"law\".",
        "Gone: B is not mandatory any more (it was: board).",
        "New: C is mandatory (promised).",
      ])
  }

  @Test func `bundles come, go and change who is in them`() {
    let told = sentences(
      {
        $0.bundles = [
          Rules.Bundle(key: "PAY", initiativeKeys: ["A", "B"], notes: "n"), Rules.Bundle(key: "X", initiativeKeys: []),
        ]
      },
      {
        $0.bundles = [
          Rules.Bundle(key: "pay", initiativeKeys: ["a", "C", "D"], notes: "m"),
          Rules.Bundle(key: "Y", initiativeKeys: ["A", "B"]),
        ]
      })
    #expect(
      told == [
        "Bundle pay lists C and D as well.", "Bundle pay does not list B any more.",
        "The notes on bundle pay say \"m\" instead of \"n\".",
        "Gone: bundle X may be selected in part.",
        "New: bundle Y goes whole or not at all (A and B, and who names it on Candidates).",
      ])
    #expect(
      sentences({ _ in }, { $0.bundles = [Rules.Bundle(key: "X", initiativeKeys: [])] }) == [
        "New: bundle X goes whole or not at all."
      ])
  }

  @Test func `exclusions come and go`() {
    let told = changes(
      {
        $0.excludedInitiatives = ["A"]
        $0.excludedBundles = ["PAY"]
        $0.excludedPairs = [Rules.Pair("A", "B")]
      },
      {
        $0.excludedInitiatives = ["B"]
        $0.excludedBundles = ["SHIP"]
        $0.excludedPairs = [Rules.Pair("B", "C")]
      })
    #expect(told.allSatisfy { $0.part == .exclusions })
    #expect(
      told.map(\.sentence) == [
        "Gone: A is not excluded any more.", "New: B is excluded.", "Gone: bundle PAY is not excluded any more.",
        "New: bundle SHIP is excluded as a whole.", "Gone: A and B may both be selected.", "New: not both B and C may be selected.",
      ])
  }

  @Test func `prerequisites are told need by need`() {
    let told = sentences(
      { $0.prerequisites = [Rules.Prerequisite(initiativeKey: "A", requires: ["B", "C"])] },
      { $0.prerequisites = [Rules.Prerequisite(initiativeKey: "a", requires: ["c", "D"])] })
    #expect(told == ["Gone: A does not need B any more.", "New: a needs D."])
  }

  @Test func `synergies come, go and bring other numbers`() {
    let told = sentences(
      {
        $0.synergies = [
          Rules.Synergy(initiativeKeys: ["A", "B"], kpiKey: "K", bonus: 500),
          Rules.Synergy(initiativeKeys: ["C", "D"], kpiKey: "K", bonus: -2),
        ]
      },
      {
        $0.synergies = [
          Rules.Synergy(initiativeKeys: ["B", "A"], kpiKey: "k", bonus: -100),
          Rules.Synergy(groupKey: "G", kpiKey: "K", bonus: 0.5),
        ]
      })
    #expect(
      told == [
        "B and A together bring 100 less of k instead of 500 more.",
        "Gone: C and D together do not bring 2 less of K any more.",
        "New: the initiatives of synergy group G together bring 0.5 more of K.",
      ])
  }

  @Test func `equal sets, and other spellings of keys, are no change`() {
    func make(_ spelling: @escaping (String) -> String) -> (inout CompiledSet) -> Void {
      { set in
        set.capacityFloors = [Rules.Bound(member: DimensionMember(.country, spelling("Uk")), amount: 5)]
        set.mandatory = [Rules.Mandate(initiativeKey: spelling("Init"), reason: "law")]
        set.excludedPairs = [Rules.Pair(spelling("a"), spelling("b"))]
        set.prerequisites = [Rules.Prerequisite(initiativeKey: spelling("a"), requires: [spelling("c")])]
      }
    }
    #expect(sentences(make { $0 }, make { $0 }) == [])
    #expect(sentences(make { $0.uppercased() }, make { $0.lowercased() }) == [])
    #expect(sentences(make { $0 }, { _ in }).count == 4)
  }
}
