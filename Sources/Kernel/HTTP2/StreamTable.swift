/// The open streams of a session by their identifiers: an open-addressing table that is at most half full.
///
/// Identifiers come one after the other; they are spread, since neighbours would make one long run that every removal has to look through.
struct StreamTable {
  private static let leastSlots = 16

  private var slots = [HTTP2Stream?](repeating: nil, count: StreamTable.leastSlots)
  private(set) var count = 0

  private var mask: Int { slots.count - 1 }

  private func home(_ id: Int32) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(bitPattern: id)) &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
  }

  subscript(id: Int32) -> HTTP2Stream? {
    var slot = home(id)
    while let stream = slots[slot] {
      if stream.id == id { return stream }
      slot = (slot + 1) & mask
    }
    return nil
  }

  func contains(_ id: Int32) -> Bool { self[id] != nil }

  /// - Precondition: there is none with that identifier.
  mutating func insert(_ stream: HTTP2Stream) {
    if 2 * (count + 1) > slots.count { resize(to: 2 * slots.count) }
    place(stream)
    count += 1
  }

  private mutating func place(_ stream: HTTP2Stream) {
    var slot = home(stream.id)
    while slots[slot] != nil { slot = (slot + 1) & mask }
    slots[slot] = stream
  }

  mutating func remove(_ id: Int32) -> HTTP2Stream? {
    var slot = home(id)
    while let stream = slots[slot], stream.id != id { slot = (slot + 1) & mask }
    guard let removed = slots[slot].take() else { return nil }
    count -= 1
    closeGap(at: slot)
    return removed
  }

  /// Moves those that stand behind the gap only because it was taken.
  private mutating func closeGap(at start: Int) {
    var gap = start
    var slot = (gap + 1) & mask
    while let stream = slots[slot] {
      let distance = (slot - home(stream.id)) & mask
      if distance >= (slot - gap) & mask {
        slots[gap] = stream
        slots[slot] = nil
        gap = slot
      }
      slot = (slot + 1) & mask
    }
  }

  /// Takes all of them out, the oldest first; the room goes too.
  mutating func removeAll() -> [HTTP2Stream] {
    let all = open
    slots = [HTTP2Stream?](repeating: nil, count: Self.leastSlots)
    count = 0
    return all
  }

  /// All of them, the oldest first.
  var open: [HTTP2Stream] { slots.compactMap(\.self).sorted { $0.id < $1.id } }

  private mutating func resize(to count: Int) {
    let all = slots.compactMap(\.self)
    slots = [HTTP2Stream?](repeating: nil, count: count)
    for stream in all { place(stream) }
  }
}
