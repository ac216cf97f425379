/// Floors and caps, of tokens or of initiatives.
struct BoundWords: RuleWords {
  let side: BoundSide
  let noun: String

  private func demand(_ bound: CompiledSet.Bound) -> String {
    "\(side == .atLeast ? "at least" : "at most") \(counted(bound.amount, noun))"
  }

  func key(_ bound: CompiledSet.Bound) -> [NormalKey] { bound.member.sortKey }
  func added(_ bound: CompiledSet.Bound) -> String { "\(bound.member) must have \(demand(bound))" }
  func removed(_ bound: CompiledSet.Bound) -> String { "\(bound.member) had to have \(demand(bound))" }

  func changes(_ old: CompiledSet.Bound, _ new: CompiledSet.Bound) -> [String] {
    guard old.amount != new.amount else { return [] }
    return [
      "\(capitalized(new.member.description)) must have \(demand(new)), \(old.amount < new.amount ? "up" : "down") from \(old.amount)"
    ]
  }
}

struct TargetWords: RuleWords {
  func key(_ target: KpiTargetRule) -> [NormalKey] { target.member.sortKey + [NormalKey(target.kpiKey)] }

  /// `a floor of 200000 orders of NSM_ORDERS for country UK`, with its baseline when it has one.
  private func told(_ target: KpiTargetRule) -> String {
    let baseline = target.baseline == 0 ? "" : ", counted from a baseline of \(plain(target.baseline))"
    return "\(target.side.rawValue) of \(amount(target.value, target)) of \(name(target))\(baseline)"
  }

  private func name(_ target: KpiTargetRule) -> String { "\(target.kpiKey) for \(target.member)" }
  private func amount(_ value: Double, _ target: KpiTargetRule) -> String {
    target.unit.isEmpty ? plain(value) : "\(plain(value)) \(target.unit)"
  }

  func added(_ target: KpiTargetRule) -> String { "a \(told(target))" }
  func removed(_ target: KpiTargetRule) -> String { "the \(told(target))" }

  func changes(_ old: KpiTargetRule, _ new: KpiTargetRule) -> [String] {
    var sentences: [String] = []
    let becomes = old.side == new.side ? "" : " becomes a \(new.side.rawValue)"
    let moves = old.value == new.value ? "" : " \(Self.moves(old.value, new.value)) to \(amount(new.value, new))"
    if !becomes.isEmpty || !moves.isEmpty {
      sentences.append(
        "The \(old.side.rawValue) of \(name(new))\(becomes)\(becomes.isEmpty || moves.isEmpty ? "" : " and")\(moves)")
    }
    if old.baseline != new.baseline {
      sentences.append("The baseline of \(name(new)) \(Self.moves(old.baseline, new.baseline)) to \(amount(new.baseline, new))")
    }
    if old.unit != new.unit {
      sentences.append("\(name(new)) is counted in \(quoted(new.unit)) instead of \(quoted(old.unit))")
    }
    return sentences + notes(old.notes, new.notes, on: "the \(new.side.rawValue) of \(name(new))")
  }

  private static func moves(_ old: Double, _ new: Double) -> String { "\(old < new ? "rises" : "falls") from \(plain(old))" }
}

struct MandateWords: RuleWords {
  func key(_ mandate: CompiledSet.Mandate) -> [NormalKey] { [NormalKey(mandate.initiativeKey)] }
  func added(_ mandate: CompiledSet.Mandate) -> String { "\(mandate.initiativeKey) is mandatory (\(mandate.reason))" }
  func removed(_ mandate: CompiledSet.Mandate) -> String {
    "\(mandate.initiativeKey) is not mandatory any more (it was: \(mandate.reason))"
  }

  func changes(_ old: CompiledSet.Mandate, _ new: CompiledSet.Mandate) -> [String] {
    guard old.reason != new.reason else { return [] }
    return ["\(new.initiativeKey) stays mandatory, because of \(quoted(new.reason)) instead of \(quoted(old.reason))"]
  }
}

struct BundleWords: RuleWords {
  func key(_ bundle: CompiledSet.Bundle) -> [NormalKey] { [NormalKey(bundle.key)] }

  func added(_ bundle: CompiledSet.Bundle) -> String {
    let members = bundle.initiativeKeys.isEmpty ? "" : " (\(all(bundle.initiativeKeys)), and who names it on Candidates)"
    return "bundle \(bundle.key) goes whole or not at all\(members)"
  }

  func removed(_ bundle: CompiledSet.Bundle) -> String { "bundle \(bundle.key) may be selected in part" }

  func changes(_ old: CompiledSet.Bundle, _ new: CompiledSet.Bundle) -> [String] {
    let before = Set(old.initiativeKeys.map { NormalKey($0) })
    let after = Set(new.initiativeKeys.map { NormalKey($0) })
    let came = new.initiativeKeys.filter { !before.contains(NormalKey($0)) }
    let went = old.initiativeKeys.filter { !after.contains(NormalKey($0)) }
    var sentences: [String] = []
    if !came.isEmpty { sentences.append("Bundle \(new.key) lists \(all(came)) as well") }
    if !went.isEmpty { sentences.append("Bundle \(new.key) does not list \(all(went)) any more") }
    return sentences + notes(old.notes, new.notes, on: "bundle \(new.key)")
  }
}

/// Rules that are a key and nothing more.
struct KeyWords: RuleWords {
  let added: (String) -> String
  let removed: (String) -> String

  func key(_ key: String) -> [NormalKey] { [NormalKey(key)] }
  func added(_ key: String) -> String { added(key) }
  func removed(_ key: String) -> String { removed(key) }
  func changes(_ old: String, _ new: String) -> [String] { [] }
}

struct PairWords: RuleWords {
  func key(_ pair: CompiledSet.Pair) -> [NormalKey] { [NormalKey(pair.one), NormalKey(pair.other)].sorted() }
  func added(_ pair: CompiledSet.Pair) -> String { "not both \(pair.one) and \(pair.other) may be selected" }
  func removed(_ pair: CompiledSet.Pair) -> String { "\(pair.one) and \(pair.other) may both be selected" }
  func changes(_ old: CompiledSet.Pair, _ new: CompiledSet.Pair) -> [String] { [] }
}

/// One initiative's need of one other.
struct Need {
  var initiativeKey: String
  var required: String
}

struct NeedWords: RuleWords {
  func key(_ need: Need) -> [NormalKey] { [NormalKey(need.initiativeKey), NormalKey(need.required)] }
  func added(_ need: Need) -> String { "\(need.initiativeKey) needs \(need.required)" }
  func removed(_ need: Need) -> String { "\(need.initiativeKey) does not need \(need.required) any more" }
  func changes(_ old: Need, _ new: Need) -> [String] { [] }
}

struct SynergyWords: RuleWords {
  func key(_ synergy: CompiledSet.Synergy) -> [NormalKey] {
    [NormalKey(synergy.groupKey), NormalKey(synergy.kpiKey)] + synergy.initiativeKeys.map { NormalKey($0) }.sorted()
  }

  private func party(_ synergy: CompiledSet.Synergy) -> String {
    synergy.groupKey.isEmpty ? all(synergy.initiativeKeys) : "the initiatives of synergy group \(synergy.groupKey)"
  }

  private func told(_ bonus: Double) -> String { "\(plain(abs(bonus))) \(bonus < 0 ? "less" : "more")" }

  func added(_ synergy: CompiledSet.Synergy) -> String {
    "\(party(synergy)) together bring \(told(synergy.bonus)) of \(synergy.kpiKey)"
  }

  func removed(_ synergy: CompiledSet.Synergy) -> String {
    "\(party(synergy)) together do not bring \(told(synergy.bonus)) of \(synergy.kpiKey) any more"
  }

  func changes(_ old: CompiledSet.Synergy, _ new: CompiledSet.Synergy) -> [String] {
    guard old.bonus != new.bonus else { return [] }
    return ["\(capitalized(party(new))) together bring \(told(new.bonus)) of \(new.kpiKey) instead of \(told(old.bonus))"]
  }
}

extension CompiledSet {
  /// Each need by itself.
  var needs: [Need] {
    prerequisites.flatMap { prerequisite in
      prerequisite.requires.map { Need(initiativeKey: prerequisite.initiativeKey, required: $0) }
    }
  }
}

extension DimensionMember {
  fileprivate var sortKey: [NormalKey] { [NormalKey(dimension.rawValue), normal] }
}

/// `A, B and C`, however many.
private func all(_ keys: [String]) -> String { listed(keys, atMost: keys.count) }

private func quoted(_ text: String) -> String { "\"\(text)\"" }

private func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

private func notes(_ old: String, _ new: String, on rule: String) -> [String] {
  switch (old.isEmpty, new.isEmpty) {
  case _ where old == new: []
  case (true, _): ["The notes on \(rule) now say \(quoted(new))"]
  case (_, true): ["The notes on \(rule) are gone; they said \(quoted(old))"]
  default: ["The notes on \(rule) say \(quoted(new)) instead of \(quoted(old))"]
  }
}
