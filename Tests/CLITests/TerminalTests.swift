import Testing

@testable import lodestar

@Suite struct TerminalTests {
  @Test func `a file gets no colour, whatever the environment says`() {
    #expect(Style.suiting(fileDescriptor: -1, environment: ["TERM": "xterm-256color"]) == .plain)
  }

  @Test func `progress is a bar that fills from 0 to 1 and bears nonsense`() {
    #expect(ProgressBar.line(message: "reading", fraction: 0, style: .plain).hasSuffix("─   0 %  reading"))
    #expect(ProgressBar.line(message: "", fraction: 0.5, style: .plain).contains("━━━━━━━━━━━━────────────  50 %"))
    #expect(ProgressBar.line(message: "", fraction: 7, style: .plain).contains("100 %"))
    #expect(ProgressBar.line(message: "", fraction: .nan, style: .plain).contains("  0 %"))
  }

  @Test func `a failure says what and how to mend it`() {
    let failure = Failure(.unreachable, "lodestar-sync does not answer at 127.0.0.1:1", mend: "`lodestar up` starts it")
    #expect(
      failure.lines(style: .plain) == ["error: lodestar-sync does not answer at 127.0.0.1:1", "       `lodestar up` starts it"])
  }
}
