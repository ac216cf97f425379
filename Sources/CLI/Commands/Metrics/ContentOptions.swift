import ArgumentParser
import LocalSystem
import Messages

/// What a version consists of, as options: what is not given stays as it is in the version that they change.
struct ContentOptions: ParsableArguments {
  @Option(help: "The formula, as \"SUM(revenue) / SUM(spend)\".")
  var definition: String?

  @Option(help: "The dbt model, as marts/metrics/roas_v1.")
  var dbtModel: String?

  @Option(help: "The warehouse's relation with the values; KEY_VERSION when it is left open.")
  var relation: String?

  @Option(help: "What a division by zero gives: 0, null or error.")
  var onZero: String?

  @Option(help: "\"separate\": one value for each currency; \"none\" for a metric without a currency.")
  var currency: String?

  @Option(name: .customLong("note"), help: "Another edge case, a sentence; may be given several times.")
  var notes: [String] = []

  @Option(
    name: .customLong("column"),
    help: ArgumentHelp(
      "A column of the relation: NAME, NAME:TYPE, or NAME=VALUE for one that always has that value; may be given several times.",
      valueName: "column"))
  var columns: [ColumnArgument] = []

  @Option(help: "How to move to this version from the one before.")
  var migrationGuide: String?

  @Option(help: "A file with the migration guide.", completion: .file())
  var migrationGuideFile: String?

  @Option(help: "Where the model's tests passed: a link, or a build's name.")
  var testEvidence: String?

  /// The content with what was given in place of what was there.
  func applied(to former: VersionContent) throws -> VersionContent {
    var content = former
    if let definition { content.definition = definition }
    if let dbtModel { content.dbtModel = dbtModel }
    if let relation { content.relation = relation }
    var edges = content.edgeCases ?? EdgeCases()
    if let onZero { edges.onZeroDenominator = onZero }
    if let currency { edges.currency = currency == "none" ? "" : currency }
    if !notes.isEmpty { edges.notes = notes }
    content.edgeCases = edges
    if !columns.isEmpty { content.columns = columns.map(\.column) }
    if let guide = try guide() { content.migrationGuide = guide }
    if let testEvidence { content.testEvidence = testEvidence }
    return content
  }

  private func guide() throws -> String? {
    guard let path = migrationGuideFile else { return migrationGuide }
    guard migrationGuide == nil else {
      throw Failure(.wrongUsage, "--migration-guide and --migration-guide-file were both given", mend: "one of them is enough")
    }
    guard let text = try Files.read(path) else { throw Failure(.refused, "there is no file \(path)") }
    return text
  }
}

/// "metric_version=v1", "spend:numeric", "period_start".
struct ColumnArgument: ExpressibleByArgument {
  let column: MetricColumn

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard !head[0].isEmpty else { return nil }
    column = MetricColumn(
      name: String(head[0]), type: head.count > 1 ? String(head[1]) : "", constant: parts.count > 1 ? String(parts[1]) : "")
  }
}

extension VersionContent {
  /// A relation that has the name it would have anyhow counts as left open, as it was most likely.
  init(_ version: MetricVersion, of metric: String) {
    self.init(
      dbtModel: version.dbtModel, relation: version.relation == "\(metric)_\(version.version)" ? "" : version.relation,
      definition: version.definition, edgeCases: version.edgeCases,
      columns: version.columns, migrationGuide: version.migrationGuide, testEvidence: version.testEvidence)
  }

  /// What a next version begins with: the same, under the next version's name where this one's name is part of it. The migration guide and
  /// the tests are the former version's own.
  func succeeding(_ former: String, as next: String) -> VersionContent {
    func renamed(_ text: String) -> String { text.hasSuffix("_" + former) ? text.dropLast(former.count) + next : text }
    var content = self
    content.dbtModel = renamed(dbtModel)
    content.relation = renamed(relation)
    content.columns = columns.map { column in
      var column = column
      if column.constant == former { column.constant = next }
      return column
    }
    content.migrationGuide = ""
    content.testEvidence = ""
    return content
  }
}
