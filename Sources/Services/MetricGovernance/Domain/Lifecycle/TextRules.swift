/// How long texts may be, in bytes of UTF-8: beyond what anybody writes by hand, little enough for a page and a message.
public enum TextLimit {
  public static let reason = 2000
  public static let displayName = 200
  public static let description = 4000
  public static let owner = 200
  public static let unit = 40
  public static let dbtModel = 500
  public static let relation = 200
  public static let definition = 10_000
  public static let migrationGuide = 20_000
  public static let testEvidence = 1000
  public static let ticket = 100
  public static let note = 1000
  public static let columnName = 128
  public static let columnType = 100
  public static let columnConstant = 200
  public static let tenant = 200
  public static let dashboard = 200

  /// Of one content.
  public static let mostNotes = 50
  public static let mostColumns = 200
  /// Of one metric, whatever became of them.
  public static let mostVersions = 1000
  /// Of one version.
  public static let mostApprovals = 1000
}

/// What every text in a change has to keep to.
enum TextRules {
  enum Presence { case needed, optional }

  /// - Parameter field: the way to the field, as "content.definition".
  static func check(_ text: String, _ field: String, _ presence: Presence, longest: Int) throws(Refusal) {
    if presence == .needed, text.allSatisfy(\.isWhitespace) {
      throw Refusal(.invalid, "TEXT_MISSING", field: field, "\(field) is empty; it has to say something.")
    }
    guard text.utf8.count <= longest else {
      throw Refusal(
        .invalid, "TEXT_TOO_LONG", field: field, "\(field) has \(text.utf8.count) bytes; at most \(longest) are allowed.")
    }
    guard text.unicodeScalars.allSatisfy(isPrintable) else {
      throw Refusal(
        .invalid, "TEXT_UNPRINTABLE", field: field,
        "\(field) has a control character other than a tab or a line's end; type it again.")
    }
  }

  static func check(count: Int, _ field: String, most: Int) throws(Refusal) {
    guard count <= most else {
      throw Refusal(.invalid, "LIST_TOO_LONG", field: field, "\(field) has \(count) entries; at most \(most) are allowed.")
    }
  }

  static func check(_ facts: MetricFacts) throws(Refusal) {
    try check(facts.displayName, "metric.display_name", .needed, longest: TextLimit.displayName)
    try check(facts.description, "metric.description", .needed, longest: TextLimit.description)
    try check(facts.owner, "metric.owner", .optional, longest: TextLimit.owner)
    try check(facts.unit, "metric.unit", .optional, longest: TextLimit.unit)
  }

  /// - Parameter field: "content" or "correction".
  static func check(_ content: VersionContent, _ field: String) throws(Refusal) {
    try check(content.dbtModel, "\(field).dbt_model", .needed, longest: TextLimit.dbtModel)
    try check(content.relation, "\(field).relation", .optional, longest: TextLimit.relation)
    try check(content.definition, "\(field).definition", .needed, longest: TextLimit.definition)
    try check(content.migrationGuide, "\(field).migration_guide", .optional, longest: TextLimit.migrationGuide)
    try check(count: content.edgeCases.notes.count, "\(field).edge_cases.notes", most: TextLimit.mostNotes)
    for (index, note) in content.edgeCases.notes.enumerated() {
      try check(note, "\(field).edge_cases.notes[\(index)]", .needed, longest: TextLimit.note)
    }
    try check(count: content.columns.count, "\(field).columns", most: TextLimit.mostColumns)
    var names: Set<String> = []
    for (index, column) in content.columns.enumerated() {
      let place = "\(field).columns[\(index)]"
      try check(column.name, "\(place).name", .needed, longest: TextLimit.columnName)
      try check(column.type, "\(place).type", .optional, longest: TextLimit.columnType)
      try check(column.constant, "\(place).constant", .optional, longest: TextLimit.columnConstant)
      guard names.insert(column.name).inserted else {
        throw Refusal(
          .invalid, "COLUMN_TWICE", field: "\(place).name", "\(field).columns has \"\(column.name)\" twice; keep one of them.")
      }
    }
  }

  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\n" || scalar == "\t" || scalar == "\r"
  }
}
