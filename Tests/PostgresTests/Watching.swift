import Postgres

/// Whether a statement like the text runs in the database, on another connection than the watcher's.
func isRunning(_ text: String, seenBy watcher: Database) async throws -> Bool {
  try await !watcher.query(
    """
    SELECT 1 FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND datname = current_database() AND query LIKE \(text)
    """
  ).isEmpty
}

/// Returns once a statement like the text runs.
func waitUntilRunning(_ text: String, seenBy watcher: Database) async throws {
  while try await !isRunning(text, seenBy: watcher) { _ = try await watcher.query("SELECT pg_sleep(0.01)") }
}
