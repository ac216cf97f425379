public import Cryptography

/// The bytes of an entry that its hash is taken over. One buffer serves any number of entries, one after the other.
///
/// Version 1, all integers in network byte order:
/// ```
/// "ledger/1"                              8 bytes
/// seq                                     8 bytes
/// hash of the entry before                32 bytes; zeros before the first
/// number of fields                        4 bytes
/// for each field, in the layout's order:
///   length of the name, the name          4 bytes, UTF-8
///   length of the value, the value        4 bytes, as they are
/// ```
/// Each length stands before what it measures, so that no two entries have the same bytes. In Python:
/// ```
/// def entry_hash(seq, prev_hash, fields):  # fields: [(name, value)], both bytes
///     form = b"ledger/1" + seq.to_bytes(8, "big") + prev_hash + len(fields).to_bytes(4, "big")
///     for part in (part for field in fields for part in field):
///         form += len(part).to_bytes(4, "big") + part
///     return hashlib.sha256(form).digest()
/// ```
public struct CanonicalEntry: ~Copyable {
  static let version = Array("ledger/1".utf8)
  private static let seqPlace = 8
  private static let previousPlace = 16

  private let layout: EntryLayout
  private let hasher = SHA256Hasher()
  private(set) var bytes: [UInt8] = []
  private var fields = 0

  /// A buffer for entries of this layout.
  public init(_ layout: EntryLayout) {
    self.layout = layout
    bytes.reserveCapacity(1024)
  }

  /// Begins the next entry.
  public mutating func begin(seq: Int64, previous: SHA256Digest) {
    bytes.removeAll(keepingCapacity: true)
    bytes += Self.version
    bytes.append(bigEndian: seq)
    for place in 0..<SHA256Digest.size { bytes.append(previous[place]) }
    bytes.append(bigEndian: UInt32(layout.names.count))
    fields = 0
  }

  /// Appends the next field's value.
  public mutating func append(_ value: Span<UInt8>) {
    startField(count: value.count)
    unsafe value.withUnsafeBufferPointer { value in unsafe bytes.append(contentsOf: value) }
  }

  /// Appends the next field's value: the text's UTF-8.
  public mutating func append(_ value: String) {
    startField(count: value.utf8.count)
    bytes.append(contentsOf: value.utf8)
  }

  /// Appends the next field's value: the number in decimal digits.
  public mutating func append(_ value: Int64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var place = 20
    var rest = value.magnitude
    repeat {
      place -= 1
      digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if value < 0 {
      place -= 1
      digits[place] = UInt8(ascii: "-")
    }
    startField(count: 20 - place)
    for place in place..<20 { bytes.append(digits[place]) }
  }

  private mutating func startField(count: Int) {
    precondition(fields < layout.names.count, "an entry of \(layout.names.count) fields was given more of them")
    bytes.append(contentsOf: layout.headers[fields])
    bytes.append(bigEndian: UInt32(count))
    fields += 1
  }

  /// The hash of the entry, once it has all of its fields.
  public func hash() -> SHA256Digest {
    precondition(fields == layout.names.count, "an entry of \(layout.names.count) fields has \(fields) of them")
    return hasher.digest(of: bytes.span)
  }

  /// The hash that the same fields would have in another place of the chain.
  mutating func hash(asSeq seq: Int64, previous: SHA256Digest) -> SHA256Digest {
    for place in 0..<8 { bytes[Self.seqPlace + place] = UInt8(truncatingIfNeeded: seq >> Int64(56 - 8 * place)) }
    for place in 0..<SHA256Digest.size { bytes[Self.previousPlace + place] = previous[place] }
    return hash()
  }
}
