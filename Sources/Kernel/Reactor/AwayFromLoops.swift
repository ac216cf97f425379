/// Runs work that takes long, or that waits for a disk, on the runtime's own threads, so that no connection of a loop stands still meanwhile. `@concurrent` alone
/// does not get there, since a task that prefers a loop goes on preferring it; nor does another preference, since only what is `@concurrent` asks for it.
///
/// - Throws: what the work throws.
public func awayFromLoops<Result: Sendable, Failure>(
  _ work: @concurrent @Sendable () async throws(Failure) -> Result
) async throws(Failure) -> Result {
  try await withTaskExecutorPreference(globalConcurrentExecutor, operation: work)
}
