import RPC
import Reactor

/// A service that actions depend on, for telling people about it.
struct Dependency: Sendable {
  /// Such as `lodestar-compiler`.
  var name: String
  var address: SocketAddress

  /// Makes a call; its failure is told as a person needs it: which service, where, and what to do.
  func calling<Answer: Sendable>(_ call: () async throws -> Answer) async throws -> Answer {
    do {
      return try await call()
    } catch let error as RPCError {
      throw failure(error)
    }
  }

  func failure(_ error: RPCError) -> ActionFailure {
    let said = error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
    let mend =
      "\"lodestar status\" shows what is running and \"lodestar up\" starts it; then repeat the action, which changes nothing twice"
    switch error.code {
    case .unavailable:
      return ActionFailure(
        code: "service_unavailable",
        message: "\(name) (\(address)) is not available\(said.isEmpty ? "" : ": \(said)"). The workbook was left as it is. \(mend)")
    case .deadlineExceeded, .cancelled:
      return ActionFailure(
        code: "service_slow",
        message: "\(name) (\(address)) did not answer in time. The workbook was left as it is. \(mend)")
    case .internalError, .unknown, .dataLoss, .unimplemented:
      return ActionFailure(
        code: "service_mistake",
        message: "\(name) (\(address)) could not do it (\(error.code))\(said.isEmpty ? "" : ": \(said)"). Its log has the details")
    default:
      return ActionFailure(code: "refused", message: said.isEmpty ? "\(name) refused the request (\(error.code))" : said)
    }
  }
}
