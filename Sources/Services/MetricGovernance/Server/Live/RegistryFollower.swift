import Logging
import Postgres

/// Keeps ``LiveRegistry`` as new as the database: at once when it is told of a change, and at the latest after every heartbeat, by which
/// answers also learn how old they are.
struct RegistryFollower: Sendable {
  /// With the time that a reading takes, an answer is never more than a second old while the database is there.
  static let heartbeat = Duration.milliseconds(400)

  let live: LiveRegistry
  let logger: Logger

  /// Ends when the task is cancelled.
  func follow() async {
    let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in live.database.listen(GovernanceStore.channel) { wake.yield() }
      }
      group.addTask {
        while (try? await Task.sleep(for: Self.heartbeat)) != nil { wake.yield() }
        wake.finish()
      }
      group.addTask { await read(at: wakes) }
      await group.waitForAll()
    }
  }

  private func read(at wakes: AsyncStream<Void>) async {
    var isBehind = false
    for await _ in wakes {
      do {
        try await live.refresh()
        if isBehind { logger.notice("the registry is followed again") }
        isBehind = false
      } catch {
        if Task.isCancelled { return }
        // Once, not at every heartbeat: the answers say how old they are.
        if !isBehind {
          logger.warning("the registry cannot be followed; answers come from memory", metadata: ["error": "\(error)"])
        }
        isBehind = true
      }
    }
  }
}
