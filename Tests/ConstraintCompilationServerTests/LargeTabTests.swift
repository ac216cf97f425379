import ConstraintCompilationDomain
import Messages
import TestSupport
import Testing
import Wire

@testable import ConstraintCompilationServer

@Suite(.timeLimit(.minutes(3))) struct LargeTabTests {
  @Test func `a tab of more than twenty thousand rows is saved whole, and what it lacks goes`() async throws {
    try await withService { service in
      let keys = (0..<12_500).map { "I-\($0)" }
      try await service.initiatives(
        keys.enumerated().map {
          InitiativeRow(rowNumber: UInt32($0.offset + 2), initiativeKey: $0.element, isOptimizationCandidate: true)
        })
      let rows = (0..<25_000).map { (number: Int) -> ContributionRow in
        let kpi = number % 2 == 0 ? "NSM_ORDERS" : "KPI_CONVERSION"
        return ContributionRow(
          rowNumber: UInt32(number + 2), initiativeKey: keys[number / 2], kpiKey: kpi, contribution: Double(number))
      }
      #expect(try await service.contributions(rows).counts == SaveCounts(rows: 25_000, upserts: 25_000))
      let fewer = try await service.contributions(Array(rows.dropLast(3)))
      #expect(fewer.counts == SaveCounts(rows: 24_997, unchanged: 24_997, removed: 3))
      #expect(try await service.stored("KPI_Contributions").reduce(0) { $0 + $1.contributions.count } == 24_997)
    }
  }

  @Test func `the largest tab goes through the wire's limits, and so does what is said of each row`() throws {
    let count = ConstraintCompilationHandler.mostRows
    let rows = (0..<count).map {
      ContributionRow(rowNumber: UInt32($0 + 2), initiativeKey: "INIT-\($0)", kpiKey: "NSM_ORDERS", contribution: 1)
    }
    let request = try SaveContributionsRequest(rows: rows, scope: .all, actor: "ada").wireBytes()
    #expect(request.count < ConstraintCompilationServer.maximumMessageBytes)
    #expect(try SaveContributionsRequest(wireBytes: request).rows.count == count)
    let answer = SaveRowsResponse(
      messages: rows.map {
        RowMessage(rowNumber: $0.rowNumber, key: $0.initiativeKey, severity: .info, code: "unchanged", message: "unchanged")
      })
    #expect(try SaveRowsResponse(wireBytes: try answer.wireBytes()).messages.count == count)
  }

  @Test func `an answer that would be too large still tells of each row how it fared`() {
    let findings = (2..<102).map {
      Finding(
        $0 % 2 == 0 ? .error : .info, at: SourceCell(.candidates, row: $0, column: "notes"), key: "INIT-\($0)", code: "c",
        String(repeating: "x", count: 1000))
    }
    let messages = RowMessage.list(findings, mostBytes: 50_000)
    #expect(messages.map(\.rowNumber) == (2..<102).map { UInt32($0) })
    #expect(messages.map(\.severity) == findings.map { $0.severity == .error ? .error : .info })
    #expect(messages.count { $0.message.count == 1000 } == 47 && messages.last?.message.hasPrefix("too many findings") == true)
    #expect(RowMessage.list(findings) == findings.map { RowMessage($0) })
    // Of several findings on a row the gravest is left.
    let several = findings.flatMap { [Finding(.warning, at: $0.cell, key: $0.key, code: "w", $0.message), $0, $0] }
    let told = RowMessage.list(several, mostBytes: 50_000)
    #expect(told.count == 47 + 85 && Set(told.map(\.rowNumber)) == Set((2..<102).map { UInt32($0) }))
    #expect(told.dropFirst(47).map(\.severity) == (17..<102).map { $0 == 17 ? Severity.info : $0 % 2 == 0 ? .error : .warning })
  }
}
