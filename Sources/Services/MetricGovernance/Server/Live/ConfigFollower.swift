import Logging
import Postgres

/// Keeps the configuration in memory as new as the one in PostgreSQL, whichever instance saved it, and the standings of its KPIs' metrics
/// as new as the registry.
struct ConfigFollower: Sendable {
  let store: MetricsConfigStore
  let live: LiveConfig
  let logger: Logger

  /// Reads again at each notification, and whenever listening starts anew, since notifications may have been missed before. Ends when
  /// the database is closed or the task is cancelled.
  func follow() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await follow(ConfigWrites.channel, known: \.revision) }
      group.addTask { await follow(GovernanceStore.channel, known: \.registryRevision) }
    }
  }

  private func follow(_ channel: String, known revision: @Sendable (StoredConfig) -> Int64) async {
    for await notification in store.database.listen(channel) {
      if !notification.isGap, let known = live.newest, let told = Int64(notification.payload), told <= revision(known) { continue }
      do {
        live.take(try await store.read())
      } catch {
        // When the connection is gone, listening starts anew as well, and with it comes the next reading.
        logger.warning("the configuration could not be read again", metadata: ["error": "\(error)"])
      }
    }
  }
}
