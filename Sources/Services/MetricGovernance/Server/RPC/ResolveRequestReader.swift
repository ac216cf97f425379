import Glibc
import Messages
import MetricGovernanceDomain
import RPC
import Wire

/// A ResolveVersionRequest where it lies: its fields as places in the bytes that came, so that the hot path makes no string and no object.
/// It takes what every writer of protobuf sends, and leaves the rest (fields of a later contract, texts beyond ASCII) to the generated
/// reader, which says the same in other bytes.
///
/// It is here for its speed alone, as Tests/Benchmarks/Registry measures it: by way of the generated reader a call takes 1.30 times the
/// processor time of an empty one, which is all that is promised; by this one 1.16.
struct ResolveRequestReader {
  let metric: Range<Int>
  let version: Range<Int>
  let tenant: Range<Int>
  let dashboard: Range<Int>
  let purpose: UInt64

  /// Nil when the generated reader has to look at the bytes.
  ///
  /// - Parameter isChecked: that reader has; texts may be any UTF-8 then.
  init?(_ bytes: UnsafeRawBufferPointer, isChecked: Bool) {
    // In locals: Swift 6.3 optimized away what was stored to properties here, of a failable initializer with a loop.
    var metric = 0..<0
    var version = 0..<0
    var tenant = 0..<0
    var dashboard = 0..<0
    var purpose: UInt64 = 0
    var offset = 0
    while offset < bytes.count {
      let tag = unsafe bytes[offset]
      offset += 1
      guard let number = unsafe Self.number(bytes, &offset) else { return nil }
      if tag == Self.purposeTag {
        purpose = UInt64(number)
        continue
      }
      guard number <= bytes.count - offset else { return nil }
      let text = offset..<offset + number
      guard unsafe isChecked || Self.isPlain(bytes, text) else { return nil }
      offset += number
      if tag == Self.metricTag {
        metric = text
      } else if tag == Self.versionTag {
        version = text
      } else if tag == Self.tenantTag {
        tenant = text
      } else if tag == Self.dashboardTag {
        dashboard = text
      } else {
        return nil
      }
    }
    self.metric = metric
    self.version = version
    self.tenant = tenant
    self.dashboard = dashboard
    self.purpose = purpose
  }

  // A field's number, and how it is written: 2 for texts, 0 for numbers.
  private static let metricTag: UInt8 = 1 << 3 | 2
  private static let versionTag: UInt8 = 2 << 3 | 2
  private static let tenantTag: UInt8 = 3 << 3 | 2
  private static let dashboardTag: UInt8 = 4 << 3 | 2
  private static let purposeTag: UInt8 = 5 << 3

  /// A number of one or two bytes; larger ones are left to the generated reader.
  private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
    guard offset < bytes.count else { return nil }
    let low = unsafe Int(bytes[offset])
    offset += 1
    guard low >= 0x80 else { return low }
    guard offset < bytes.count, unsafe bytes[offset] < 0x80 else { return nil }
    defer { offset += 1 }
    return unsafe low & 0x7f | Int(bytes[offset]) << 7
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
