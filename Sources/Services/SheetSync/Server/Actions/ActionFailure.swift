import Postgres
import SheetSyncDomain

/// Why an action ends without having done anything, or without having done the rest: told to a person.
struct ActionFailure: Error, Equatable {
  /// A stable word for programs, such as `missing_tab`.
  var code: String
  /// What is wrong and what to do about it: a sentence or several, without the last full stop.
  var message: String
}

extension ActionFailure {
  init(_ problem: TabProblem) {
    self.init(code: problem.code, message: problem.message)
  }

  init(_ error: WorkbookError) {
    let code =
      switch error.kind {
      case .notFound: "no_file"
      case .openElsewhere: "open_elsewhere"
      case .busy: "busy"
      case .changedMeanwhile, .writtenAstray: "changed_meanwhile"
      default: "workbook"
      }
    self.init(code: code, message: error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message)
  }

  /// What a person is told of an error that ends an action; nil for one that nobody foresaw.
  init?(foreseen error: any Error) {
    switch error {
    case let failure as ActionFailure: self = failure
    case let problem as TabProblem: self.init(problem)
    case let error as WorkbookError: self.init(error)
    case let error as PostgresError: self.init(code: "database", message: error.publicMessage)
    default: return nil
    }
  }

  /// What a person may know of an error that nobody foresaw.
  static let mistake = ActionFailure(
    code: "internal", message: "lodestar-sync made a mistake; its log has the details (\"lodestar logs sync\")")
}

extension PostgresError {
  /// What a person may know of a database error.
  var publicMessage: String {
    if isUnavailable {
      return
        "the database of lodestar-sync cannot be reached. \"lodestar status\" shows what is running and \"lodestar up\" starts it;"
        + " then repeat the action"
    }
    return kind == .deadlineExceeded
      ? "the database of lodestar-sync did not answer in time; repeat the action"
      : "the database of lodestar-sync refused a statement; its log has the details"
  }
}
