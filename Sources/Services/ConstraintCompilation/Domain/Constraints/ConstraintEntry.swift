/// A row of Constraints as typed; its scenario and set are known from its group.
public struct ConstraintEntry: Equatable, Sendable {
  public var row: Int
  public var type: String
  public var dimension: String
  public var key: String
  /// Nil when blank, like the three below and targetValue.
  public var minTokens: Double?
  public var maxTokens: Double?
  public var minCount: Double?
  public var maxCount: Double?
  public var targetKpiKey: String
  public var targetValue: Double?
  public var notes: String

  public init(
    row: Int, type: String, dimension: String, key: String, minTokens: Double? = nil, maxTokens: Double? = nil,
    minCount: Double? = nil, maxCount: Double? = nil, targetKpiKey: String = "", targetValue: Double? = nil, notes: String = ""
  ) {
    self.row = row
    self.type = type
    self.dimension = dimension
    self.key = key
    self.minTokens = minTokens
    self.maxTokens = maxTokens
    self.minCount = minCount
    self.maxCount = maxCount
    self.targetKpiKey = targetKpiKey
    self.targetValue = targetValue
    self.notes = notes
  }

  /// What the tab tells rows apart by, even when they are no rules: a selection replaces the row of the same identity.
  var identity: RowIdentity {
    let kind = ConstraintKind(typed: type)
    let parsed = ConstraintReader.read(self)
    if let rule = parsed.rule { return RowIdentity(rule: RuleIdentity(rule)) }
    return RowIdentity(words: [NormalKey(kind?.rawValue ?? type), NormalKey(dimension), NormalKey(key), NormalKey(targetKpiKey)])
  }
}

/// A row of Targets as typed; its scenario and set are known from its group.
public struct TargetEntry: Equatable, Sendable {
  public var row: Int
  /// Blank or ALL for the whole portfolio.
  public var country: String
  public var kpiKey: String
  public var targetValue: Double?
  public var floorOrGoal: String
  public var baselineValue: Double?
  public var notes: String

  public init(
    row: Int, country: String, kpiKey: String, targetValue: Double?, floorOrGoal: String, baselineValue: Double? = nil,
    notes: String = ""
  ) {
    self.row = row
    self.country = country
    self.kpiKey = kpiKey
    self.targetValue = targetValue
    self.floorOrGoal = floorOrGoal
    self.baselineValue = baselineValue
    self.notes = notes
  }

  /// What the tab tells rows apart by.
  var identity: RowIdentity { RowIdentity(rule: .target(kpiKey, member)) }

  var member: DimensionMember {
    let normal = NormalKey(country).text
    return normal.isEmpty || normal == "all" ? .all : DimensionMember(.country, country)
  }
}

/// Tells the rows of a set apart, whatever the case and spaces of their words.
struct RowIdentity: Hashable, Sendable {
  private let rule: RuleIdentity?
  private let words: [NormalKey]

  init(rule: RuleIdentity) {
    self.rule = rule
    words = []
  }

  init(words: [NormalKey]) {
    rule = nil
    self.words = words
  }
}
