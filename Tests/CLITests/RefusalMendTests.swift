import Foundation
import RPC
import Reactor
import Testing

@testable import lodestar

@Suite struct RefusalMendTests {
  @Test func `a refusal is told in people's names, with the command that mends it`() {
    let error = RPCError(
      .failedPrecondition, "spiffe://lodestar.local/person/ada may not: an approval is missing.",
      details: [.errorInfo(reason: "APPROVAL_MISSING", domain: "lodestar.metrics")])
    let failure = Failure(error, from: .metrics, at: .ip(host: "127.0.0.1", port: 1))
    #expect(failure.outcome == .refused)
    #expect(
      failure.lines(style: .plain) == [
        "error: ada may not: an approval is missing.",
        "       `lodestar metrics request` asks for it; `lodestar metrics show` says what waits for whom",
      ])
  }

  @Test func `a field that is wrong is told by its option`() {
    let error = RPCError(
      .invalidArgument, "metric.display_name is empty.", details: [.badRequest(field: "metric.display_name", "It is empty.")])
    #expect(Failure(error, from: .metrics, at: .ip(host: "127.0.0.1", port: 1)).mend == "--name says it")
  }

  @Test func `what the service says is put into a person's words`() {
    let said =
      "spiffe://lodestar.local/lodestar-sync: until SetCurrentVersion names one, from 2027-02-19T18:04:33.307676Z on; NoSuchCall."
    #expect(
      said.forPeople
        == "lodestar-sync: until `lodestar metrics set-current` names one, from 2027-02-19 18:04:33Z on; NoSuchCall.")
    #expect("ListNotifications has those.".forPeople == "`lodestar metrics notifications list` has those.")
  }

  @Test func `reasons of others, and those without a mend, are told as they are`() {
    for (reason, domain) in [("APPROVAL_MISSING", "elsewhere.example"), ("NO_SUCH_REASON", "lodestar.metrics")] {
      let error = RPCError(.failedPrecondition, "No.", details: [.errorInfo(reason: reason, domain: domain)])
      #expect(Failure(error, from: .metrics, at: .ip(host: "127.0.0.1", port: 1)).mend == nil)
    }
  }

  @Test func `every reason with a mend is one that the service gives`() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let service = repository.appending(path: "Sources/Services/MetricGovernance")
    let files = try #require(FileManager.default.enumerator(at: service, includingPropertiesForKeys: nil))
    let text = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    for reason in RefusalMends.byReason.keys { #expect(text.contains("\"\(reason)\""), "\(reason)") }
  }
}
