/// Reads one row of Constraints by its type: a rule, or every reason why it is none. What the row names is not looked up.
struct ConstraintReader {
  private let entry: ConstraintEntry
  private var notes: RowNotes

  /// The rule, nil when the row is none, and what was found.
  static func read(_ entry: ConstraintEntry) -> (rule: ConstraintRule?, notes: RowNotes) {
    var reader = ConstraintReader(entry)
    let rule = reader.read()
    return (reader.notes.haveErrors ? nil : rule, reader.notes)
  }

  private init(_ entry: ConstraintEntry) {
    self.entry = entry
    notes = RowNotes(.constraints, row: entry.row, key: entry.key)
  }

  private mutating func read() -> ConstraintRule? {
    let text = notes.text(entry.notes, column: "notes", longest: KeyGrammar.longestNotes)
    let kind: ConstraintKind? = notes.word(entry.type, column: "constraint_type")
    let word: DimensionWord? = notes.word(entry.dimension, column: "dimension")
    guard let kind else { return nil }
    checkBlank(kind)
    guard let word, checkDimension(word, kind) else { return nil }
    switch kind {
    case .capacityFloor: return bound(word, .minTokens).map { .tokens($0, .atLeast, $1) }
    case .capacityCap: return bound(word, .maxTokens).map { .tokens($0, .atMost, $1) }
    case .minSelected: return bound(word, .minCount).map { .count($0, .atLeast, $1) }
    case .maxSelected: return bound(word, .maxCount).map { .count($0, .atMost, $1) }
    case .mandatory: return mandatory(reason: text)
    case .exclude: return key().map { word == .bundle ? .excludeBundle($0) : .excludeInitiative($0) }
    case .excludePair: return pair()
    case .bundleAllOrNothing: return bundle(notes: text)
    case .requirePrereq: return prerequisite()
    case .synergyBonus: return synergy(word)
    case .target: return target(word, notes: text)
    }
  }

  /// Columns that the type doesn't use must be blank: a number there means that another type was meant.
  private mutating func checkBlank(_ kind: ConstraintKind) {
    for column in RuleColumn.allCases where !kind.columns.contains(column) && isFilled(column) {
      let uses = kind.columns.map(\.rawValue)
      notes.error(
        column.rawValue, "unused_column",
        "\(column.rawValue) must be blank for \(kind.rawValue)"
          + (uses.isEmpty ? ", which takes no numbers" : ", which takes \(uses.joined(separator: " and "))"))
    }
  }

  private func isFilled(_ column: RuleColumn) -> Bool {
    column == .targetKpiKey ? !isBlank(entry.targetKpiKey) : number(column) != nil
  }

  private func number(_ column: RuleColumn) -> Double? {
    switch column {
    case .minTokens: entry.minTokens
    case .maxTokens: entry.maxTokens
    case .minCount: entry.minCount
    case .maxCount: entry.maxCount
    case .targetValue: entry.targetValue
    case .targetKpiKey: nil
    }
  }

  private mutating func checkDimension(_ word: DimensionWord, _ kind: ConstraintKind) -> Bool {
    if kind.dimensions.contains(word) { return true }
    let words = kind.dimensions.map(\.rawValue)
    notes.error(
      "dimension", "wrong_dimension",
      "dimension \"\(word.rawValue)\" does not go with \(kind.rawValue), which takes \(words.joined(separator: ", "))")
    return false
  }

  private mutating func bound(_ word: DimensionWord, _ column: RuleColumn) -> (DimensionMember, Int)? {
    let member = member(word)
    guard let typed = number(column) else {
      notes.error(column.rawValue, "missing_value", "\(column.rawValue) is blank; \(trimmed(entry.type)) requires it")
      return nil
    }
    let amount = notes.wholeNumber(typed, column: column.rawValue, in: 0...mostTokens)
    guard let member, let amount else { return nil }
    return (member, amount)
  }

  private mutating func member(_ word: DimensionWord) -> DimensionMember? {
    guard let dimension = word.grouping else { return nil }
    let key = notes.text(entry.key, column: "key", longest: KeyGrammar.longestName)
    let isAll = key.isEmpty || NormalKey(key).text == "all"
    if dimension == .all {
      guard isAll else {
        notes.error("key", "unused_column", "key must be blank or ALL for dimension all; for one member name its dimension")
        return nil
      }
      return .all
    }
    guard !isAll else {
      notes.error(
        "key", "missing_value", "key is \(key.isEmpty ? "blank" : key); name a \(dimension.rawValue), or make dimension all")
      return nil
    }
    return DimensionMember(dimension, key)
  }

  private mutating func key() -> String? { notes.requiredKey(entry.key, column: "key") }

  private mutating func mandatory(reason: String) -> ConstraintRule? {
    if reason.isEmpty { notes.error("notes", "missing_value", "notes are blank; say why the initiative is mandatory") }
    return key().map { .mandatory($0, reason: reason) }
  }

  /// The keys on both sides of a sign that stands once in the key column; nil and an error otherwise.
  private mutating func sides(of sign: String, example: String) -> (String, String)? {
    let text = Array(trimmed(entry.key))
    let mark = Array(sign)
    let places = text.indices.filter { $0 + mark.count <= text.count && Array(text[$0..<($0 + mark.count)]) == mark }
    guard places.count == 1, text.count <= KeyGrammar.longestList * KeyGrammar.longestKey else {
      let fault = text.isEmpty ? "is blank" : "is \"\(shown(entry.key))\""
      notes.error("key", "bad_key", "key \(fault); write it as \(example)")
      return nil
    }
    return (trimmed(String(text[..<places[0]])), trimmed(String(text[(places[0] + mark.count)...])))
  }

  private mutating func keys(_ text: String, example: String) -> [String]? {
    let keys = KeyGrammar.list(text)
    guard (1...KeyGrammar.longestList).contains(keys.count) else {
      notes.error(
        "key", keys.isEmpty ? "bad_key" : "too_long",
        keys.isEmpty
          ? "key is \"\(shown(entry.key))\"; write it as \(example)"
          : "key lists \(keys.count) keys; at most \(KeyGrammar.longestList) are kept")
      return nil
    }
    let good = keys.filter { notes.requiredKey($0, column: "key") != nil }
    return good.count == keys.count ? keys : nil
  }

  private mutating func pair() -> ConstraintRule? {
    let example = "INIT-000010<>INIT-000099"
    guard let (left, right) = sides(of: "<>", example: example), let one = notes.requiredKey(left, column: "key"),
      let other = notes.requiredKey(right, column: "key")
    else { return nil }
    guard NormalKey(one) != NormalKey(other) else {
      notes.error("key", "names_itself", "key names \"\(one)\" on both sides; write it as \(example)")
      return nil
    }
    return NormalKey(one) < NormalKey(other) ? .excludePair(one, other) : .excludePair(other, one)
  }

  private mutating func bundle(notes text: String) -> ConstraintRule? {
    let example = "BNDL-PAYMENTS, or BNDL-PAYMENTS: INIT-000010, INIT-000011"
    guard entry.key.contains(":") else { return key().map { .bundle($0, members: [], notes: text) } }
    guard let (name, list) = sides(of: ":", example: example), let key = notes.requiredKey(name, column: "key") else { return nil }
    return keys(list, example: example).map { .bundle(key, members: $0, notes: text) }
  }

  private mutating func prerequisite() -> ConstraintRule? {
    let example = "INIT-000081<-INIT-000012 (the first needs the second)"
    guard let (left, right) = sides(of: "<-", example: example), let key = notes.requiredKey(left, column: "key"),
      let requires = keys(right, example: example)
    else { return nil }
    guard !requires.contains(where: { NormalKey($0) == NormalKey(key) }) else {
      notes.error("key", "names_itself", "key makes \"\(key)\" need itself; write it as \(example)")
      return nil
    }
    return .prerequisite(key, requires: requires)
  }

  private mutating func kpiAndValue() -> (String, Double)? {
    let kpi = trimmed(entry.targetKpiKey)
    if kpi.isEmpty {
      notes.error("target_kpi_key", "missing_value", "target_kpi_key is blank; name an active KPI of Metrics_Config")
    }
    guard let value = entry.targetValue else {
      notes.error("target_value", "missing_value", "target_value is blank; \(trimmed(entry.type)) requires it")
      return nil
    }
    notes.checkAmount(value, column: "target_value")
    return kpi.isEmpty ? nil : (kpi, value)
  }

  private mutating func synergy(_ word: DimensionWord) -> ConstraintRule? {
    let numbers = kpiAndValue()
    if let (_, bonus) = numbers, bonus == 0 {
      notes.error("target_value", "out_of_range", "target_value is 0; a synergy changes nothing then")
    }
    guard word == .initiative else {
      guard let group = key(), let (kpi, bonus) = numbers else { return nil }
      return .synergy(.group(group), kpi: kpi, bonus: bonus)
    }
    let example = "INIT-000010+INIT-000011"
    guard let members = keys(entry.key.split(separator: "+").joined(separator: ","), example: example) else { return nil }
    guard members.count > 1 else {
      notes.error("key", "bad_key", "key names only \"\(members[0])\"; a synergy is between two or more, as \(example)")
      return nil
    }
    return numbers.map { .synergy(.initiatives(members), kpi: $0, bonus: $1) }
  }

  private mutating func target(_ word: DimensionWord, notes text: String) -> ConstraintRule? {
    let member = member(word)
    guard let (kpi, value) = kpiAndValue(), let member else { return nil }
    return .target(KpiTargetRule(kpiKey: kpi, member: member, side: .floor, value: value, notes: text))
  }
}
