import Synchronization

/// What one revision did to one metric and its pins, as registry_change has it.
struct ChangePart: Sendable, Equatable {
  struct PinChange: Sendable, Equatable {
    var tenant: String
    var dashboard: String
    /// Nil for a pin that was removed.
    var version: Int32?
  }

  var revision: Int64
  /// Counted from 1 within the revision.
  var part: Int
  var parts: Int
  var atMicroseconds: Int64
  var events: [String] = []
  var metric: String
  /// Whether the metric itself changed, not only pins.
  var isOfMetric = false
  var pins: [PinChange] = []
}

/// How far a watcher has come.
struct WatchPlace: Sendable, Equatable {
  var revision: Int64
  /// The parts of that revision that it has seen; `Int.max` for all.
  var part = Int.max
}

/// The newest changes of the registry, for the watchers that are nearly up to date; who is further behind reads the table. So a slow
/// watcher costs nobody memory.
final class ChangeLog: Sendable {
  /// Parts kept at most.
  static let capacity = 4_096

  private struct State {
    /// In order, without gaps.
    var parts: ArraySlice<ChangePart> = []
    /// Every change behind this one is in `parts`.
    var begin: Int64 = 0
    /// The newest revision there is.
    var end: Int64 = 0
    var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextWatcher = 0
  }

  private let state = Mutex(State())

  /// Forgets everything; the next change is behind that revision.
  func restart(at revision: Int64) {
    state.withLock { state in
      state.parts = []
      state.begin = revision
      state.end = revision
      for watcher in state.watchers.values { watcher.yield() }
    }
  }

  /// Takes the changes behind the newest revision that was known.
  func append(_ parts: [ChangePart], behind revision: Int64) {
    guard let newest = parts.last?.revision else { return }
    state.withLock { state in
      if state.end != revision {
        state.parts = []
        state.begin = revision
      }
      state.parts.append(contentsOf: parts)
      state.end = newest
      while state.parts.count > Self.capacity, let oldest = state.parts.first?.revision, oldest < newest {
        state.parts = state.parts.drop { $0.revision == oldest }
        state.begin = oldest
      }
      for watcher in state.watchers.values { watcher.yield() }
    }
  }

  enum Continuation {
    /// Possibly none.
    case parts([ChangePart])
    /// The log does not reach that far back: read the table, up to this revision.
    case fromTable(upTo: Int64)
  }

  /// What comes behind a place, at most so many parts.
  func parts(behind place: WatchPlace, atMost count: Int) -> Continuation {
    state.withLock { state in
      // Of a revision that was seen in part the rest is needed.
      let needed = place.part == .max ? place.revision : place.revision - 1
      guard needed >= state.begin else { return .fromTable(upTo: state.end) }
      var low = state.parts.startIndex
      var high = state.parts.endIndex
      while low < high {
        let middle = (low + high) / 2
        if state.parts[middle].isBehind(place) { high = middle } else { low = middle + 1 }
      }
      return .parts(Array(state.parts[low...].prefix(count)))
    }
  }

  /// An element whenever something may have changed; several changes may come as one.
  func signals() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = continuation
      return state.nextWatcher
    }
    continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers[number] = nil } }
    return stream
  }

  var watcherCount: Int { state.withLock(\.watchers.count) }
}

extension ChangePart {
  /// Whether a watcher at that place has not seen it.
  func isBehind(_ place: WatchPlace) -> Bool {
    revision > place.revision || revision == place.revision && part > place.part
  }
}
