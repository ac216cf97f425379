import Foundation
import TestSupport
import Testing

/// The stand-in for Google Sheets is held against what Google was recorded to answer, against gspread, and against its own promises: its
/// tests are Python, as it is.
@Suite(.needsPython, .timeLimit(.minutes(5))) struct StandInTests {
  @Test func `the stand-in answers as Google was recorded to, serves gspread, and refuses what Google's discovery document lacks`()
    async throws
  {
    let python = try #require(Program.python)
    let folder = Program.repository.appendingPathComponent("Tests/SheetsStandIn").path
    let outcome = try await blocking {
      try Program.run(python, ["-B", "-m", "unittest", "discover", "--verbose", "-s", "\(folder)/tests", "-t", folder])
    }
    #expect(outcome.status == 0, "\(outcome.transcript)")
    #expect(outcome.output.contains("sample.jsonl: 312 exchanges of 61 cases, 1 cases differ"), "\(outcome.transcript)")
    // How much was compared, and what was not.
    for line in outcome.transcript.split(separator: "\n") where line.contains("exchanges of") || line.contains("SKIPPED") {
      print(line)
    }
  }
}
