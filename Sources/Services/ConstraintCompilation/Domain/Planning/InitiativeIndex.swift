/// All initiatives, numbered in the order of their normal keys, and found by what they belong to.
public struct InitiativeIndex: Sendable {
  public let initiatives: [PlannedInitiative]
  /// Of each initiative what it belongs to. Every set of a save is held against all initiatives, so what is the same each time is made
  /// once.
  let memberships: [[DimensionMember]]
  /// Of each initiative the KPIs of its contributions, in their order, by number.
  let contributedKpis: [[Int]]
  /// The numbers of all KPIs that are contributed to.
  let kpiNumbers: [NormalKey: Int]
  /// Those that bring rules of their own: mandates, prerequisites, exclusions.
  let withRules: [Int]
  private let positions: [NormalKey: Int]
  private let members: [DimensionMember: [Int]]
  private let bundles: [NormalKey: [Int]]
  private let groups: [NormalKey: [Int]]
  private var keys: KeyBook
  private var books: [PlanningDimension: KeyBook]
  private var bundleKeys: KeyBook
  private var groupKeys: KeyBook

  public init(_ unsorted: [PlannedInitiative]) {
    let sorted = unsorted.map { (NormalKey($0.key), $0) }.sorted { $0.0 < $1.0 }
    let initiatives = sorted.map(\.1)
    let memberships = initiatives.map(\.memberships)
    var members: [DimensionMember: [Int]] = [.all: Array(initiatives.indices)]
    var bundles: [NormalKey: [Int]] = [:]
    var groups: [NormalKey: [Int]] = [:]
    for (position, initiative) in initiatives.enumerated() {
      for member in memberships[position] where member.dimension != .all { members[member, default: []].append(position) }
      if !initiative.candidate.bundleKey.isEmpty {
        bundles[NormalKey(initiative.candidate.bundleKey), default: []].append(position)
      }
      for group in initiative.candidate.synergyGroupKeys { groups[NormalKey(group), default: []].append(position) }
    }
    self.initiatives = initiatives
    self.memberships = memberships
    withRules = initiatives.indices.filter {
      let fields = initiatives[$0].candidate
      return fields.isMandatory || !fields.prerequisiteKeys.isEmpty || !fields.exclusionKeys.isEmpty
    }
    var kpiNumbers: [NormalKey: Int] = [:]
    var contributedKpis: [[Int]] = []
    contributedKpis.reserveCapacity(initiatives.count)
    for initiative in initiatives {
      contributedKpis.append(initiative.contributions.map { kpiNumbers.number(of: NormalKey($0.kpiKey)) })
    }
    self.contributedKpis = contributedKpis
    self.kpiNumbers = kpiNumbers
    positions = Dictionary(sorted.enumerated().map { ($1.0, $0) }, uniquingKeysWith: { first, _ in first })
    self.members = members
    self.bundles = bundles
    self.groups = groups
    keys = KeyBook(initiatives.map(\.key))
    books = Dictionary(grouping: members.keys.filter { $0.dimension != .all }, by: \.dimension).mapValues {
      KeyBook($0.map(\.key).sorted())
    }
    bundleKeys = KeyBook(initiatives.lazy.map(\.candidate.bundleKey).filter { !$0.isEmpty })
    groupKeys = KeyBook(initiatives.lazy.flatMap(\.candidate.synergyGroupKeys))
  }

  public var count: Int { initiatives.count }
  public func position(of key: String) -> Int? { positions[NormalKey(key)] }
  func key(_ position: Int) -> String { initiatives[position].key }
  /// In order; empty when no initiative belongs to the member.
  func positions(in member: DimensionMember) -> [Int] { members[member] ?? [] }
  func positions(inBundle key: String) -> [Int] { bundles[NormalKey(key)] ?? [] }
  func positions(inGroup key: String) -> [Int] { groups[NormalKey(key)] ?? [] }

  /// The initiative in its stored spelling; nil and an error when there is none.
  mutating func initiative(_ typed: String, column: String, into notes: inout RowNotes) -> String? {
    notes.initiative(typed, column: column, in: &keys)
  }

  /// Why nothing belongs to the member, with the one that was probably meant.
  mutating func fault(ofUnknown member: DimensionMember) -> String {
    guard !initiatives.isEmpty else { return "Central Backlog has no initiative yet; save it first" }
    var hint = ""
    if var book = books[member.dimension] {
      hint = book.suggestion(for: member.key)
      books[member.dimension] = book
    }
    return "no initiative of Central Backlog has the \(member.dimension.column) \"\(member.key)\"" + hint
  }

  mutating func suggestion(forBundle key: String) -> String { bundleKeys.suggestion(for: key) }
  mutating func suggestion(forGroup key: String) -> String { groupKeys.suggestion(for: key) }
}

extension PlannedInitiative {
  /// What the initiative belongs to, the whole portfolio among it; blank dimensions are left out.
  fileprivate var memberships: [DimensionMember] {
    var found = [DimensionMember.all]
    for (dimension, key) in [
      (PlanningDimension.country, backlog.country), (.department, backlog.department), (.category, backlog.category),
      (.program, backlog.programKey),
    ] where !isBlank(key) {
      found.append(DimensionMember(dimension, key))
    }
    return found
  }
}

extension [NormalKey: Int] {
  /// The key's number; a new key gets the next one.
  fileprivate mutating func number(of key: NormalKey) -> Int {
    if let number = self[key] { return number }
    let number = count
    self[key] = number
    return number
  }
}
