import Logging
import MetricGovernanceDomain
import Postgres
import RPC
import Reactor

/// The analytics PostgreSQL whose relations hold the metrics' values: only ever read, within limits, by a role of its own.
struct Warehouse: Sendable {
  /// What names it; libpq's connection string of a role that may read the metrics' relations and nothing else.
  static let variable = "LODESTAR_WAREHOUSE_URL"
  static let statementTimeout = Duration.seconds(10)
  static let mostRows = 10_000
  static let usualRows = 1_000

  private let database: Database

  /// Nil when none is configured. Throws `PostgresError` when the variable cannot be read.
  init?(variables: [String: String], loops: EventLoopGroup, logger: Logger) throws {
    guard let url = variables[Self.variable], !url.isEmpty else { return nil }
    try self.init(url: url, loops: loops, logger: logger)
  }

  init(url: String, loops: EventLoopGroup, logger: Logger, statementTimeout: Duration = Self.statementTimeout) throws {
    var configuration = try DatabaseConfiguration(url: url)
    configuration.applicationName = "lodestar-metrics"
    configuration.statementTimeout = statementTimeout
    // Comparisons are few, heavy, and each another text: they wait for one another rather than crowd the warehouse.
    configuration.connectionsPerLoop = 1
    configuration.waitersPerLoop = 16
    configuration.preparedStatements = 4
    database = Database(configuration: configuration, loops: loops, logger: logger)
  }

  /// Rows of a `ComparisonQuery`, one more than were asked for when there are more.
  /// Throws `Refusal` and `RPCError` in words for the caller.
  func rows(of query: ComparisonQuery, deadline: ContinuousClock.Instant?, logger: Logger) async throws -> [ComparedRow] {
    do {
      return try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
        // Days begin at the same moment for everybody.
        let results = try await transaction.pipeline([
          "SELECT set_config('timezone', 'UTC', true)", Statement(unsafeSQL: query.sql),
        ])
        return try results[1].map(ComparedRow.init)
      }
    } catch let error as PostgresError {
      logger.warning("the warehouse failed a comparison", metadata: ["error": "\(error)"])
      throw Self.answer(error)
    }
  }

  func close() async { await database.close() }

  /// What the caller, who may read the warehouse, is told: the warehouse's own words where it refused.
  private static func answer(_ error: PostgresError) -> any Error {
    if error.isUnavailable {
      return RPCError(
        .unavailable, "The warehouse that \(variable) names cannot be reached. With sql_only the SQL comes without it.")
    }
    if error.kind == .deadlineExceeded || error.sqlState == "57014" {
      return RPCError(
        .deadlineExceeded,
        "The warehouse did not answer within \(statementTimeout.components.seconds) s, or the call's deadline. Ask for one tenant or "
          + "fewer periods.")
    }
    guard error.kind == .server else {
      return RPCError(.internalError, "The warehouse's answer could not be read; the log of lodestar-metrics has the details.")
    }
    let mend =
      switch error.sqlState {
      case "42P01": " A version's values have to be there, under the relation that the version names, before they can be compared."
      case "42703":
        " A version's relation has the columns tenant_id, period_start, currency, one named as the metric, and those it states."
      case "42501": " The role of \(variable) has to be allowed to read it."
      case "22012": " A version whose division by zero is an error fails where there is one."
      default: ""
      }
    return Refusal(.precondition, "WAREHOUSE_REFUSED", "The warehouse refused the comparison: \(error.message).\(mend)")
  }
}

/// A row of a `ComparisonQuery`; by its columns' places, as two of them are named by the versions.
struct ComparedRow: Sendable {
  let tenant: String
  let period: String
  let currency: String
  let from: String?
  let to: String?
  let difference: String?
  /// Of all rows there are.
  let differingRows: Int64
  let largestDifference: String?

  init(_ row: Row) throws {
    tenant = try row.decode(0, as: String?.self) ?? ""
    period = try row.decode(1, as: String?.self) ?? ""
    currency = try row.decode(2, as: String?.self) ?? ""
    from = try row.decode(3)
    to = try row.decode(4)
    difference = try row.decode(5)
    differingRows = try row.decode(7)
    largestDifference = try row.decode(8)
  }
}
