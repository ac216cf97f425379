import Glibc

/// Texts as bytes, each once, under numbers from 0 on: one piece of memory for all of them and an open-addressing table over it, instead of
/// an object for each. Nothing is ever taken out.
struct ByteIndex: Sendable {
  /// Where each text begins in `bytes`; the next one's beginning is its end.
  private var starts: [UInt32] = [0]
  private var bytes: [UInt8] = []
  private var hashes: [UInt32] = []
  /// A text's number plus 1; 0 is free. At most half full.
  private var slots: [UInt32]

  init(capacity: Int = 0) {
    slots = [UInt32](repeating: 0, count: Self.slotCount(for: capacity))
    starts.reserveCapacity(capacity + 1)
    hashes.reserveCapacity(capacity)
  }

  var count: Int { hashes.count }

  private static func slotCount(for capacity: Int) -> Int {
    var count = 64
    while count < 2 * capacity { count *= 2 }
    return count
  }

  /// The number of a text; nil when it is not there.
  func find(_ text: UnsafeRawBufferPointer, hash: UInt64) -> Int? {
    let number = unsafe slots[slot(of: text, hash: hash)]
    return number == 0 ? nil : Int(number) - 1
  }

  /// The number of a text, which is taken in when it is not there.
  mutating func insert(_ text: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    let slot = unsafe slot(of: text, hash: hash)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    unsafe bytes.append(contentsOf: text)
    starts.append(UInt32(bytes.count))
    hashes.append(UInt32(truncatingIfNeeded: hash))
    slots[slot] = UInt32(count)
    if 2 * count > slots.count { grow() }
    return count - 1
  }

  /// The bytes of a text.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[Int(starts[number])..<Int(starts[number + 1])] }

  /// The slot that holds the text, or the free one where it would go.
  private func slot(of text: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    unsafe slots.withUnsafeBufferPointer { slots in
      unsafe bytes.withUnsafeBytes { bytes in
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        while unsafe slots[slot] != 0 {
          let number = unsafe Int(slots[slot]) - 1
          if hashes[number] == UInt32(truncatingIfNeeded: hash) {
            let start = Int(starts[number])
            let length = Int(starts[number + 1]) - start
            if unsafe length == text.count && memcmp(bytes.baseAddress! + start, text.baseAddress!, length) == 0 { return slot }
          }
          slot = (slot + 1) & mask
        }
        return slot
      }
    }
  }

  private mutating func grow() {
    // The slot is made of the hash's upper half, of which only the lower one is kept; what is mixed again spreads as well.
    var larger = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    for number in 0..<count {
      let hash = unsafe self[number].withUnsafeBytes { unsafe ByteHash.of($0) }
      var slot = Int(truncatingIfNeeded: hash >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = UInt32(number + 1)
    }
    slots = larger
  }
}

/// A hash of short texts that is cheap, and seeded anew by every process, so that nobody can prepare texts that collide.
enum ByteHash {
  private static let seed = UInt64.random(in: .min ... .max)
  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15

  static func of(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
    var offset = 0
    while offset + 8 <= text.count {
      hash = unsafe mixed(hash, text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while offset < text.count {
      rest |= unsafe UInt64(text[offset]) << shift
      shift += 8
      offset += 1
    }
    return mixed(hash, rest)
  }

  /// Both halves of a full product, folded: every bit of the one depends on every bit of the other.
  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let (high, low) = (hash ^ word).multipliedFullWidth(by: factor)
    return high ^ low
  }
}
