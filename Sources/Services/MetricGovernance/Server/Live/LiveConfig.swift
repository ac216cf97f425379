import Synchronization

/// The newest configuration that this instance knows, in memory: what is asked for is answered from here, also while PostgreSQL is
/// away, and whoever watches is told of each change.
final class LiveConfig: Sendable {
  private struct State {
    var newest: StoredConfig?
    var watchers: [Int: AsyncStream<StoredConfig>.Continuation] = [:]
    var watcherCount = 0
  }

  private let state = Mutex(State())

  /// Nil until it was read for the first time.
  var newest: StoredConfig? { state.withLock(\.newest) }

  /// Takes a configuration that was read or saved; an older one than is known comes too late and is dropped.
  func take(_ config: StoredConfig) {
    state.withLock { state in
      if let newest = state.newest, !config.isNewer(than: newest) { return }
      state.newest = config
      for watcher in state.watchers.values { watcher.yield(config) }
    }
  }

  /// The newest configuration, then each later one. A watcher that is slower than the changes sees only the newest of them.
  func changes() -> AsyncStream<StoredConfig> {
    let (stream, continuation) = AsyncStream.makeStream(of: StoredConfig.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.watcherCount += 1
      state.watchers[state.watcherCount] = continuation
      if let newest = state.newest { continuation.yield(newest) }
      return state.watcherCount
    }
    continuation.onTermination = { [weak self] _ in self?.forget(number) }
    return stream
  }

  var watcherCount: Int { state.withLock(\.watchers.count) }

  private func forget(_ number: Int) {
    state.withLock { $0.watchers[number] = nil }
  }
}
