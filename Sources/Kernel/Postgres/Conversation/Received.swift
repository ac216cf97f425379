import CLibPQ

/// What libpq's `PQgetResult` gave, every status told apart.
enum Received {
  /// PGRES_TUPLES_OK, PGRES_COMMAND_OK and PGRES_EMPTY_QUERY: the statement is done.
  case done(ResultTable)
  /// PGRES_FATAL_ERROR: the server, or libpq for it, refused.
  case failed(PostgresError)
  /// PGRES_PIPELINE_ABORTED: not run, because an earlier statement of the pipeline failed.
  case skipped
  /// PGRES_PIPELINE_SYNC: the pipeline is over.
  case synced
  /// PGRES_COPY_IN: the server waits for the rows of COPY … FROM STDIN.
  case copyIn
  /// NULL: the results of one statement are complete.
  case end
  /// A status this library never asks for, or a broken answer; the connection cannot be used further.
  case unusable(PostgresError)

  /// Takes the result over.
  init(owning result: OpaquePointer, from connection: borrowing ConnectionHandle) {
    let status = unsafe PQresultStatus(result)
    if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY {
      self = .done(unsafe ResultTable(owning: result))
      return
    }
    defer { unsafe PQclear(result) }
    switch status {
    case PGRES_FATAL_ERROR:
      let error = unsafe PostgresError(from: result)
      self = connection.isBad ? .unusable(error.asLoss) : .failed(error)
    case PGRES_PIPELINE_ABORTED: self = .skipped
    case PGRES_PIPELINE_SYNC: self = .synced
    case PGRES_COPY_IN: self = .copyIn
    case PGRES_COPY_OUT, PGRES_COPY_BOTH:
      self = .unusable(PostgresError(.misuse, "COPY … TO STDOUT and replication are not spoken here"))
    case PGRES_BAD_RESPONSE:
      self = .unusable(PostgresError(.connectionLost, "the server's answer was not understood: \(connection.errorMessage)"))
    default:  // PGRES_NONFATAL_ERROR (never returned by PQgetResult), PGRES_SINGLE_TUPLE (never asked for), later versions' own
      let name = unsafe String(cString: PQresStatus(status))
      self = .unusable(PostgresError(.connectionLost, "the server's answer has the unexpected status \(name)"))
    }
  }
}

extension PostgresError {
  /// The fields of a failed result.
  init(from result: OpaquePointer) {
    func field(_ code: Character) -> String? {
      guard let value = unsafe PQresultErrorField(result, Int32(code.asciiValue!)) else { return nil }
      return unsafe String(cString: value)
    }
    let fallback = unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) } ?? "no reason given"
    self.init(.server, field("M") ?? String(fallback.prefix { $0 != "\n" }))
    sqlState = field("C")
    severity = field("V") ?? field("S")
    detail = field("D")
    hint = field("H")
    context = field("W")
    schema = field("s")
    table = field("t")
    column = field("c")
    constraint = field("n")
    position = field("P").flatMap { Int($0) }
    // Without a SQLSTATE it was libpq that noticed, and what libpq notices by itself is the end of the connection.
    if sqlState == nil { kind = .connectionLost }
  }

  /// The same as the reason why a connection died.
  var asLoss: PostgresError {
    var loss = self
    loss.kind = .connectionLost
    return loss
  }
}
