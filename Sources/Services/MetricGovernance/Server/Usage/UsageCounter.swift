import MetricGovernanceDomain
import Synchronization

/// Counts every version that is answered, under metric, version, tenant, dashboard and day.
///
/// The use of what is to go decides whether it may go: it is exact, in a journal, whatever happens to this process. The use of active
/// versions is for people to look at: it is in memory for some seconds, and those are lost when the process is killed.
final class UsageCounter: Sendable {
  let journal: UsageJournal
  private let active = Mutex(UseTally())

  init(journal: UsageJournal) { self.journal = journal }

  func count(_ key: UnsafeRawBufferPointer, of status: VersionStatus, at moment: Instant) {
    if status.warns {
      unsafe journal.append(key, at: moment)
    } else {
      active.withLock { unsafe $0.add(key, at: moment) }
    }
  }

  /// How many different uses of active versions wait to be written.
  var activeCount: Int { active.withLock(\.count) }

  /// What was counted of active versions; it is the caller's from now on.
  func takeActive() -> UseTally {
    active.withLock { tally in
      defer { tally = UseTally() }
      return tally
    }
  }
}
