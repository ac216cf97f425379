import ConstraintCompilationDomain

/// What the rows of a set, read one by one as their columns say, think of a selection of initiatives. Written from the specification alone: it
/// takes the compiler's row types and none of its rules, keys or orders, so that both are wrong together only by the same mistake twice.
struct NaiveReading {
  private typealias Rule = (Selection) -> Bool

  private let initiatives: [PlannedInitiative]
  private var rules: [Rule] = []

  init(_ plan: RandomPlan) {
    initiatives = plan.initiatives
    let ticked = plan.selected.map { Set($0.map(plainKey)) }
    let isEligible = plan.initiatives.map { initiative in
      initiative.backlog.isOptimizationCandidate
        && (initiative.backlog.candidatePeriodKey.isEmpty || initiative.backlog.candidatePeriodKey == plan.scenario.period.text)
        && (ticked?.contains(plainKey(initiative.key)) ?? true)
    }
    let isSized = plan.initiatives.map { initiative in
      let fields = initiative.candidate
      return switch plainWord(fields.scopeMode) {
      case "mvp": fields.tokensMvp != nil && (fields.mvpShare != nil || fields.tokens != nil)
      case "either": fields.tokensMvp != nil && fields.tokens != nil
      default: fields.tokens != nil
      }
    }
    // A run that was asked for a candidate nobody has sized is refused, and so is one of nothing.
    let isRefused = ticked != nil && zip(isEligible, isSized).contains { $0 && !$1 }
    let isOpen = zip(isEligible, isSized).map { $0 && $1 }
    rules.append { _ in !isRefused && isOpen.contains(true) }
    for (place, isOpen) in isOpen.enumerated() where !isOpen { rules.append { !$0.contains(place) } }
    for (place, initiative) in plan.initiatives.enumerated() {
      let scope = plainWord(initiative.candidate.scopeMode)
      if scope == "mvp" { rules.append { !$0.containsWhole(place) } }
      if !["mvp", "either"].contains(scope) { rules.append { !$0.containsSmaller(place) } }
    }
    for (place, initiative) in plan.initiatives.enumerated() where initiative.candidate.isMandatory && isEligible[place] {
      rules.append { $0.contains(place) }
    }
    addRelations()
    addCapacity(plan)
    for row in plan.constraints { add(row, of: plan) }
    for row in plan.targets {
      let member = plainKey(row.country)
      add(
        target: row.kpiKey, ["", "all"].contains(member) ? nil : ("country", member), plainKey(row.floorOrGoal),
        row.targetValue ?? 0, row.baselineValue ?? 0)
    }
  }

  func accepts(_ selection: Selection) -> Bool { rules.allSatisfy { $0(selection) } }

  private func place(_ key: String) -> Int { initiatives.firstIndex { plainKey($0.key) == plainKey(key) }! }

  /// What Candidates says of each initiative and others.
  private mutating func addRelations() {
    for (place, initiative) in initiatives.enumerated() {
      for key in initiative.candidate.prerequisiteKeys { add(place, needs: self.place(key)) }
      for key in initiative.candidate.exclusionKeys { add(notBoth: place, self.place(key)) }
    }
  }

  private mutating func add(_ one: Int, needs other: Int) { rules.append { !$0.contains(one) || $0.contains(other) } }
  private mutating func add(notBoth one: Int, _ other: Int) { rules.append { !($0.contains(one) && $0.contains(other)) } }

  /// A cap on everything replaces the scenario's capacity.
  private mutating func addCapacity(_ plan: RandomPlan) {
    let replacement = plan.constraints.first {
      ["capacity_cap", "cap"].contains(plainWord($0.type)) && ["all", "portfolio"].contains(plainWord($0.dimension))
    }
    let capacity = replacement?.maxTokens ?? Double(plan.scenario.capacity)
    let sizes = sizes()
    rules.append { sizes.total($0) <= capacity }
  }

  private func sizes() -> Amounts {
    Amounts(initiatives.map { Double($0.candidate.tokens ?? 0) }, smaller: initiatives.map { Double($0.candidate.tokensMvp ?? 0) })
  }

  /// What the smaller form brings of the contributions: as typed, or its share of the tokens, and never more than all.
  private func share(_ fields: CandidateFields) -> Double {
    if let share = fields.mvpShare { return share }
    guard let tokens = fields.tokens, let smaller = fields.tokensMvp, smaller < tokens else { return 1 }
    return Double(smaller) / Double(tokens)
  }

  private mutating func add(_ row: ConstraintEntry, of plan: RandomPlan) {
    let key = plainKey(row.key)
    let dimension = plainWord(row.dimension)
    let members = members(dimension, key)
    switch plainWord(row.type) {
    case "capacity_floor", "floor":
      let sizes = sizes().only(members)
      rules.append { sizes.total($0) >= row.minTokens! }
    case "capacity_cap", "cap":
      let sizes = sizes().only(members)
      rules.append { sizes.total($0) <= row.maxTokens! }
    case "min_selected": rules.append { Double($0.count(members)) >= row.minCount! }
    case "max_selected": rules.append { Double($0.count(members)) <= row.maxCount! }
    case "mandatory":
      let place = place(key)
      rules.append { $0.contains(place) }
    case "exclude", "exclusion":
      for place in dimension == "bundle" ? bundle(key, of: plan) : [place(key)] { rules.append { !$0.contains(place) } }
    case "exclude_pair":
      let sides = key.split(separator: "<>").map { place(String($0)) }
      add(notBoth: sides[0], sides[1])
    case "bundle_all_or_nothing", "bundle":
      let members = bundle(String(key.prefix { $0 != ":" }), of: plan)
      rules.append { [0, members.count].contains($0.count(members)) }
    case "require_prereq", "prerequisite":
      let sides = key.split(separator: "<-")
      for needed in sides[1].split(separator: ",") { add(place(String(sides[0])), needs: place(String(needed))) }
    case "target", "kpi_target":
      add(target: row.targetKpiKey, dimension == "all" ? nil : (dimension, key), "floor", row.targetValue!, 0)
    // A synergy adds to what a portfolio is worth, and forbids none.
    case "synergy_bonus": break
    default: fatalError("the generator makes no \(row.type)")
    }
  }

  private func members(_ dimension: String, _ key: String) -> [Int] {
    initiatives.indices.filter { place in
      let backlog = initiatives[place].backlog
      switch dimension {
      case "all", "portfolio": return true
      case "country", "market": return plainKey(backlog.country) == key
      case "department": return plainKey(backlog.department) == key
      case "category": return plainKey(backlog.category) == key
      case "program": return plainKey(backlog.programKey) == key
      default: return false
      }
    }
  }

  /// Those that name the bundle on Candidates, and those that its row lists.
  private func bundle(_ key: String, of plan: RandomPlan) -> [Int] {
    var members = initiatives.indices.filter { plainKey(initiatives[$0].candidate.bundleKey) == plainKey(key) }
    for row in plan.constraints where plainWord(row.type).hasPrefix("bundle") {
      let parts = row.key.split(separator: ":")
      guard parts.count == 2, plainKey(String(parts[0])) == plainKey(key) else { continue }
      members += parts[1].split(separator: ",").map { place(String($0)) }.filter { !members.contains($0) }
    }
    return members
  }

  private mutating func add(
    target kpi: String, _ member: (dimension: String, key: String)?, _ side: String, _ value: Double, _ baseline: Double
  ) {
    guard side != "goal" else { return }
    let members = member.map { self.members($0.dimension, $0.key) } ?? Array(initiatives.indices)
    let whole = initiatives.map { initiative in
      initiative.contributions.filter { plainKey($0.kpiKey) == plainKey(kpi) }.reduce(0) { $0 + $1.value }
    }
    let smaller = zip(initiatives, whole).map { share($0.candidate) * $1 }
    let gains = Amounts(whole, smaller: smaller).only(members)
    // Numbers are whole but for shares, whose last digits are noise.
    rules.append { side == "floor" ? baseline + gains.total($0) >= value - 1e-9 : baseline + gains.total($0) <= value + 1e-9 }
  }
}

/// An amount for each initiative, whole or in its smaller form.
struct Amounts {
  private var whole: [Double]
  private var smaller: [Double]

  init(_ whole: [Double], smaller: [Double]) {
    self.whole = whole
    self.smaller = smaller
  }

  func only(_ members: [Int]) -> Amounts {
    func kept(_ amounts: [Double]) -> [Double] { amounts.enumerated().map { members.contains($0.offset) ? $0.element : 0 } }
    return Amounts(kept(whole), smaller: kept(smaller))
  }

  func total(_ selection: Selection) -> Double {
    var sum = 0.0
    for place in whole.indices {
      if selection.containsWhole(place) { sum += whole[place] }
      if selection.containsSmaller(place) { sum += smaller[place] }
    }
    return sum
  }
}

/// Which initiatives are selected, by their places, and in which form.
struct Selection {
  var whole = 0
  var smaller = 0

  func containsWhole(_ place: Int) -> Bool { whole & (1 << place) != 0 }
  func containsSmaller(_ place: Int) -> Bool { smaller & (1 << place) != 0 }
  func contains(_ place: Int) -> Bool { (whole | smaller) & (1 << place) != 0 }
  func count(_ places: [Int]) -> Int { places.count { contains($0) } }
}

/// Small letters, without blanks at either end.
func plainKey(_ typed: String) -> String {
  var letters = Array(typed.lowercased())
  while letters.last == " " { letters.removeLast() }
  while letters.first == " " { letters.removeFirst() }
  return String(letters)
}

/// Likewise, with one sign between the parts of a word.
func plainWord(_ typed: String) -> String { String(plainKey(typed).map { " -".contains($0) ? "_" : $0 }) }
