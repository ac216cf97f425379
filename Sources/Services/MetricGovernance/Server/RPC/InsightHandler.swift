import Logging
import Messages
import MetricGovernanceDomain
import Postgres
import RPC

/// Serves lodestar.metrics.v1.MetricInsight.
struct InsightHandler: MetricInsightService {
  static let longestTenant = 200

  let database: Database
  let impact: ImpactReports
  /// Nil when none is configured.
  let warehouse: Warehouse?

  func diffVersions(_ request: DiffVersionsRequest, context: CallContext) async throws -> DiffVersionsResponse {
    let pair = try await pair(request.metricKey, request.fromVersion, request.toVersion, context)
    return DiffVersionsResponse(VersionComparison(from: pair.from.content, to: pair.to.content))
  }

  func checkDefinition(_ request: CheckDefinitionRequest, context: CallContext) async throws -> CheckDefinitionResponse {
    do throws(FormulaError) {
      let formula = try Formula(request.definition)
      return CheckDefinitionResponse(isValid: true, normalForm: formula.normalForm, columnsRead: formula.columnsRead)
    } catch {
      return CheckDefinitionResponse(
        errorPosition: UInt32(clamping: error.position), errorMessage: "At \(error.found): \(error.message).")
    }
  }

  func impactReport(_ request: ImpactReportRequest, context: CallContext) async throws -> ImpactReportResponse {
    try await context.answering { try await impact.report(request, deadline: context.deadline) }
  }

  func compareVersions(_ request: CompareVersionsRequest, context: CallContext) async throws -> CompareVersionsResponse {
    let limit = try Self.rowLimit(request.rowLimit)
    let window = try Self.window(request)
    let pair = try await pair(request.metricKey, request.fromVersion, request.toVersion, context)
    let query = try ComparisonQuery(metric: pair.metric, from: pair.from, to: pair.to, window: window, rowLimit: limit)
    if request.sqlOnly { return CompareVersionsResponse(sql: query.sql) }
    guard let warehouse else {
      throw Refusal(
        .precondition, "WAREHOUSE_MISSING",
        "This service has no warehouse to compare in: \(Warehouse.variable) has to name one when lodestar-metrics is started. With "
          + "sql_only the SQL comes without it.")
    }
    let rows = try await warehouse.rows(of: query, deadline: context.deadline, logger: context.logger)
    return CompareVersionsResponse(
      sql: query.sql, rows: rows.prefix(limit).map(ComparisonRow.init), isTruncated: rows.count > limit,
      differingRows: UInt32(clamping: rows.first?.differingRows ?? 0), largestDifference: rows.first?.largestDifference ?? "")
  }

  private struct Pair {
    var metric: MetricKey
    var from: ComparisonQuery.Side
    var to: ComparisonQuery.Side
  }

  private func pair(_ key: String, _ from: String, _ to: String, _ context: CallContext) async throws -> Pair {
    let key = try ReadField.metric(key, "metric_key")
    let (from, to) = (try ReadField.version(from, "from_version"), try ReadField.version(to, "to_version"))
    let metric = try await context.answering {
      try await database.transaction(isolation: .readOnlySnapshot, deadline: context.deadline) { transaction in
        try await StoredMetrics.read([key], in: transaction).first
      }
    }
    guard let metric else {
      throw Refusal(
        .notFound, "METRIC_NOT_FOUND", field: "metric_key",
        "There is no metric \(key); `lodestar metrics list` names those there are.")
    }
    func side(_ number: VersionNumber, _ field: String) throws(Refusal) -> ComparisonQuery.Side {
      if let version = metric.version(number) { return ComparisonQuery.Side(version: number, content: version.content) }
      let known = metric.versions.map { "\($0.number)" }.joined(separator: ", ")
      throw Refusal(
        .notFound, "VERSION_NOT_FOUND", field: field,
        "There is no \(key)@\(number); \(key) has \(known.isEmpty ? "no version" : known).")
    }
    return Pair(metric: key, from: try side(from, "from_version"), to: try side(to, "to_version"))
  }

  private static func rowLimit(_ asked: UInt32) throws(Refusal) -> Int {
    guard asked <= Warehouse.mostRows else {
      throw Refusal(
        .invalid, "ROW_LIMIT_TOO_LARGE", field: "row_limit",
        "row_limit is \(asked); at most \(Warehouse.mostRows) rows are answered.")
    }
    return asked == 0 ? Warehouse.usualRows : Int(asked)
  }

  private static func window(_ request: CompareVersionsRequest) throws(Refusal) -> ComparisonQuery.Window {
    func day(_ text: String, _ field: String) throws(Refusal) -> PeriodDay? {
      if text.isEmpty { return nil }
      if let day = PeriodDay(text) { return day }
      throw Refusal(.invalid, "DAY_MALFORMED", field: field, "\(field) is \"\(text.prefix(20))\"; a day is written as 2026-01-31.")
    }
    let tenant = request.tenantId
    guard tenant.count <= longestTenant, !tenant.utf8.contains(0) else {
      throw Refusal(
        .invalid, "TENANT_MALFORMED", field: "tenant_id",
        "tenant_id has \(tenant.count) characters, or one that is no text; it has at most \(longestTenant).")
    }
    let (from, to) = (try day(request.fromPeriod, "from_period"), try day(request.toPeriod, "to_period"))
    if let from, let to, to.description < from.description {
      throw Refusal(.invalid, "PERIODS_REVERSED", field: "to_period", "to_period, \(to), is before from_period, \(from).")
    }
    return ComparisonQuery.Window(tenant: tenant.isEmpty ? nil : tenant, from: from, to: to)
  }
}
