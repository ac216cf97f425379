import Logging
import Postgres

/// Keeps the configuration in memory as new as the one in PostgreSQL, whichever instance saved it.
struct ConfigFollower: Sendable {
  let store: MetricsConfigStore
  let live: LiveConfig
  let logger: Logger

  /// Reads again at each notification, and whenever listening starts anew, since notifications may have been missed before. Ends when
  /// the database is closed or the task is cancelled.
  func follow() async {
    for await notification in store.database.listen(ConfigWrites.channel) {
      if !notification.isGap, let known = live.newest, let told = Int64(notification.payload), told <= known.revision { continue }
      do {
        live.take(try await store.read())
      } catch {
        // When the connection is gone, listening starts anew as well, and with it comes the next reading.
        logger.warning("the configuration could not be read again", metadata: ["error": "\(error)"])
      }
    }
  }
}
