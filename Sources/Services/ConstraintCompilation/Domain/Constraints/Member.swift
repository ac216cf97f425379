/// What a rule groups initiatives by. Each initiative has one value of each, so a dimension's members are disjoint.
public enum PlanningDimension: String, CaseIterable, Comparable, Sendable {
  case all, country, department, category, program

  public static func < (one: PlanningDimension, other: PlanningDimension) -> Bool { one.order < other.order }

  private var order: Int {
    switch self {
    case .all: 0
    case .country: 1
    case .department: 2
    case .category: 3
    case .program: 4
    }
  }

  /// The column of Central Backlog that holds it.
  var column: String { self == .program ? "program_key" : rawValue }
}

/// A member of a dimension, such as the country UK; the whole portfolio is the one member of `all`.
public struct DimensionMember: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let dimension: PlanningDimension
  /// As spelt; empty for `all`.
  public let key: String
  public let normal: NormalKey

  public init(_ dimension: PlanningDimension, _ key: String = "") {
    self.dimension = dimension
    self.key = dimension == .all ? "" : trimmed(key)
    normal = NormalKey(self.key)
  }

  public static let all = DimensionMember(.all)

  /// `country UK`, or `the whole portfolio`.
  public var description: String { dimension == .all ? "the whole portfolio" : "\(dimension.rawValue) \(key)" }

  public static func == (one: DimensionMember, other: DimensionMember) -> Bool {
    one.dimension == other.dimension && one.normal == other.normal
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(dimension)
    hasher.combine(normal)
  }

  public static func < (one: DimensionMember, other: DimensionMember) -> Bool {
    (one.dimension, one.normal) < (other.dimension, other.normal)
  }
}
