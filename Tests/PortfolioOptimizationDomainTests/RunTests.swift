import PortfolioOptimizationDomain
import Testing

struct `A run` {
  @Test(arguments: [
    (Int64(1_767_614_462), UInt32(0xA1B2_C3D4), "run_20260105T120102Z_a1b2c3d4"),
    (0, 0, "run_19700101T000000Z_00000000"), (951_782_399, 1, "run_20000228T235959Z_00000001"),
    (951_782_400, 0xFF, "run_20000229T000000Z_000000ff"), (-1, 0, "run_19691231T235959Z_00000000"),
    (4_102_444_799, 0, "run_20991231T235959Z_00000000"),
  ])
  func `is named after its time and random bits`(seconds: Int64, bits: UInt32, expected: String) {
    #expect(RunID(seconds: seconds, randomBits: bits).text == expected)
    #expect(RunID(expected)?.text == expected)
  }

  @Test(arguments: ["", "run_20260105T120102Z_A1B2C3D4", "run_20260105T120102_a1b2c3d4", "run_2026010ST120102Z_a1b2c3d4", "x"])
  func `has no other names`(text: String) {
    #expect(RunID(text) == nil)
  }

  @Test func `goes only where it may`() {
    let allowed: [RunState: Set<RunState>] = [
      .queued: [.running, .cancelled, .failed],
      .running: [.queued, .success, .infeasible, .failed, .cancelled, .timeLimit],
    ]
    for state in RunState.allCases {
      for next in RunState.allCases {
        #expect(state.mayBecome(next) == (allowed[state]?.contains(next) ?? false), "\(state) to \(next)")
      }
      #expect(state.hasEnded == (allowed[state] == nil))
    }
  }
}
