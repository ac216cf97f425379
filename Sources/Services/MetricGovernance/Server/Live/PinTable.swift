/// Which version of a metric a dashboard is pinned to: 16 bytes a place in an open-addressing table. A pin that was removed keeps its
/// place, without a version, for when it is set again.
struct PinTable: Sendable {
  private struct Entry {
    /// The dashboard's number plus 1; 0 is free.
    var dashboard: UInt32 = 0
    var metric: UInt32 = 0
    /// 0 for no pin.
    var version: Int32 = 0
  }

  private var entries: [Entry]
  private var used = 0

  init(capacity: Int = 0) {
    var count = 64
    while count < 2 * capacity { count *= 2 }
    entries = [Entry](repeating: Entry(), count: count)
  }

  /// The pinned version's number; 0 for no pin.
  func version(dashboard: Int, metric: Int) -> Int32 { entries[slot(dashboard, metric)].version }

  /// - Parameter version: 0 removes the pin.
  mutating func set(dashboard: Int, metric: Int, version: Int32) {
    let slot = slot(dashboard, metric)
    if entries[slot].dashboard == 0 {
      guard version != 0 else { return }
      used += 1
    }
    entries[slot] = Entry(dashboard: UInt32(dashboard + 1), metric: UInt32(metric), version: version)
    if 2 * used > entries.count { grow() }
  }

  /// Every pin there is.
  func forEach(_ body: (_ dashboard: Int, _ metric: Int, _ version: Int32) -> Void) {
    for entry in entries where entry.version != 0 { body(Int(entry.dashboard) - 1, Int(entry.metric), entry.version) }
  }

  private func slot(_ dashboard: Int, _ metric: Int) -> Int {
    let mask = entries.count - 1
    let key = UInt64(truncatingIfNeeded: dashboard) << 32 | UInt64(truncatingIfNeeded: metric)
    var slot = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
    while entries[slot].dashboard != 0 {
      if entries[slot].dashboard == UInt32(dashboard + 1), entries[slot].metric == UInt32(metric) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: Entry(), count: old.count * 2)
    for entry in old where entry.dashboard != 0 { entries[slot(Int(entry.dashboard) - 1, Int(entry.metric))] = entry }
  }
}
