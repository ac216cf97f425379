import SheetSyncDomain
import Testing

@Suite struct RowStatusTests {
  private func finding(_ severity: FindingSeverity, _ message: String) -> RowFinding {
    RowFinding(rowNumber: 7, severity: severity, code: "code", message: message)
  }

  @Test func `a row without findings was saved`() {
    #expect(RowStatus.text(for: []) == "OK: saved")
  }

  @Test func `findings say what they are`() {
    #expect(RowStatus.text(for: [finding(.info, "unchanged")]) == "OK: unchanged")
    #expect(RowStatus.text(for: [finding(.warning, "doubtful")]) == "OK (warning): doubtful")
    #expect(RowStatus.text(for: [finding(.error, "wrong")]) == "FAILED: wrong")
  }

  @Test func `several are joined, the worst first, each once`() {
    let findings = [finding(.warning, "w"), finding(.error, "a"), finding(.info, "i"), finding(.error, "b"), finding(.error, "a")]
    #expect(RowStatus.text(for: findings) == "FAILED: a; b; w")
    #expect(RowStatus.text(for: [finding(.warning, "v"), finding(.info, "i"), finding(.warning, "w")]) == "OK (warning): v; w")
    #expect(RowStatus.text(for: [finding(.info, "i"), finding(.info, "j")]) == "OK: i; j")
  }

  @Test func `a good row of a set that was not compiled says which row is at fault`() {
    #expect(RowStatus.text(for: [finding(.info, "not compiled: row 7")]) == "OK (not compiled: row 7)")
    #expect(RowStatus.text(for: [finding(.info, "not saved: row 7"), finding(.warning, "w")]) == "OK (not saved: row 7): w")
  }

  @Test func `a status is never longer than a person reads, and says how much was left out`() {
    let many = (0..<1_000).map { finding(.error, "message number \($0)") }
    let text = RowStatus.text(for: many)
    #expect(text.count < RowStatus.longest + 100)
    #expect(text.hasSuffix(" more"))
    #expect(RowStatus.text(for: [finding(.error, String(repeating: "x", count: 50_000))]).count < WrittenValue.longestText)
  }

  @Test func `progress`() {
    #expect(RowStatus.running(fraction: 0.43, gap: 0.012) == "RUNNING: 43 %, gap 1.2 %")
    #expect(RowStatus.running(fraction: nil, gap: nil) == "RUNNING: searching")
    #expect(RowStatus.running(fraction: 1.7, gap: -0.1) == "RUNNING: 100 %, gap 0.0 %")
    #expect(RowStatus.running(fraction: .nan, gap: .infinity) == "RUNNING: searching")
  }

  @Test func `failures are told from the rest`() {
    #expect(RowStatus.isFailure(RowStatus.failed("x")))
    for status in [RowStatus.ok("x"), RowStatus.warning("x"), RowStatus.running(fraction: 0, gap: nil)] {
      #expect(!RowStatus.isFailure(status))
    }
  }
}
