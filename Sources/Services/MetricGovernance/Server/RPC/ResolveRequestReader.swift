import Glibc
import Messages
import MetricGovernanceDomain
import RPC
import Wire

/// A ResolveVersionRequest where it lies: its fields as places in the bytes that came, so that the hot path makes no string and no object.
/// It takes what every writer of protobuf sends, and leaves the rest (fields of a later contract, texts beyond ASCII) to the generated
/// reader, which says the same in other bytes.
struct ResolveRequestReader {
  var metric: Range<Int> = 0..<0
  var version: Range<Int> = 0..<0
  var tenant: Range<Int> = 0..<0
  var dashboard: Range<Int> = 0..<0
  var purpose: UInt64 = 0

  /// Nil when the generated reader has to look at the bytes.
  ///
  /// - Parameter isChecked: that reader has; texts may be any UTF-8 then.
  init?(_ bytes: UnsafeRawBufferPointer, isChecked: Bool) {
    var offset = 0
    while offset < bytes.count {
      let tag = unsafe bytes[offset]
      offset += 1
      if tag == 5 << 3 {
        guard offset < bytes.count, unsafe bytes[offset] < 0x80 else { return nil }
        purpose = unsafe UInt64(bytes[offset])
        offset += 1
        continue
      }
      guard offset < bytes.count else { return nil }
      var length = unsafe Int(bytes[offset])
      offset += 1
      if length >= 0x80 {
        guard offset < bytes.count, unsafe bytes[offset] < 0x80 else { return nil }
        length = unsafe (length & 0x7f) | Int(bytes[offset]) << 7
        offset += 1
      }
      guard length <= bytes.count - offset else { return nil }
      let text = offset..<offset + length
      guard unsafe isChecked || Self.isPlain(bytes, text) else { return nil }
      switch tag {
      case 1 << 3 | 2: metric = text
      case 2 << 3 | 2: version = text
      case 3 << 3 | 2: tenant = text
      case 4 << 3 | 2: dashboard = text
      default: return nil
      }
      offset += length
    }
  }

  /// ASCII without zeros.
  private static func isPlain(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while offset + 8 <= range.upperBound {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      // A byte's upper bit is set by itself, or by taking 1 away when it is zero.
      if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { return false }
      offset += 8
    }
    while offset < range.upperBound {
      let byte = unsafe bytes[offset]
      if byte == 0 || byte >= 0x80 { return false }
      offset += 1
    }
    return true
  }
}
