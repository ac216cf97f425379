import TestSupport
import Testing

/// Starts the system before the suite's first test and stops it after the last.
struct RunningSystemTrait: SuiteTrait, TestScoping {
  @concurrent
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    try await RunningSystem.$started.withValue(system) { try await function() }
  }
}

extension Trait where Self == RunningSystemTrait {
  static var runningSystem: Self { RunningSystemTrait() }
}
