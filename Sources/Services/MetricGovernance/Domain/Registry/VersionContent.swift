/// What approvals are bound to: all of a version that says what its numbers mean and how to move to it.
public struct VersionContent: Hashable, Sendable {
  /// Opaque, as "marts/metrics/roas_v1" (requirement R49).
  public var dbtModel: String
  /// The warehouse's relation with the version's values; empty for "<metric_key>_<version>".
  public var relation: String
  /// The formula, as "SUM(revenue) / SUM(spend)".
  public var definition: String
  public var edgeCases: EdgeCases
  public var columns: [MetricColumn]
  public var migrationGuide: String

  public init(
    dbtModel: String, relation: String = "", definition: String, edgeCases: EdgeCases = EdgeCases(), columns: [MetricColumn] = [],
    migrationGuide: String = ""
  ) {
    self.dbtModel = dbtModel
    self.relation = relation
    self.definition = definition
    self.edgeCases = edgeCases
    self.columns = columns
    self.migrationGuide = migrationGuide
  }
}

/// What the formula alone does not say.
public struct EdgeCases: Hashable, Sendable {
  public enum ZeroDenominator: String, CaseIterable, Sendable {
    case zero = "0"
    case null
    case error
  }
  public enum Currency: String, CaseIterable, Sendable {
    /// One value for each currency, never added up.
    case separate
  }

  /// Nil where it was left open, which gives null.
  public var onZeroDenominator: ZeroDenominator?
  /// Nil for a metric without a currency.
  public var currency: Currency?
  /// Anything else, a sentence each.
  public var notes: [String]

  public init(onZeroDenominator: ZeroDenominator? = nil, currency: Currency? = nil, notes: [String] = []) {
    self.onZeroDenominator = onZeroDenominator
    self.currency = currency
    self.notes = notes
  }
}

/// A column of a version's relation.
public struct MetricColumn: Hashable, Sendable {
  public var name: String
  public var type: String
  /// The value that every row has in it, as metric_version has "v1"; empty for columns that vary.
  public var constant: String

  public init(name: String, type: String = "", constant: String = "") {
    self.name = name
    self.type = type
    self.constant = constant
  }
}
