import Testing

@testable import HTTP2

struct IncomingFieldsTests {
  private func append(_ name: String, _ value: [UInt8], to fields: inout IncomingFields) {
    let name = Array(name.utf8)
    unsafe name.withUnsafeBufferPointer { name in
      unsafe value.withUnsafeBufferPointer { unsafe fields.append(name: name, value: $0) }
    }
  }

  /// Counts and sizes on both sides of what there is room for at first (16 fields, 512 bytes) and of what it grows to; one piece of memory for all.
  @Test func `every field is kept, however many there are and however large, and none from the block before`() {
    var fields = IncomingFields()
    for (count, size) in [(0, 0), (1, 0), (16, 20), (17, 20), (33, 31), (3, 511), (1000, 64), (2, 70_000), (16, 1)] {
      fields.removeAll()
      var expected = HeaderBlock()
      for number in 0..<count {
        let value = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
        append("x-\(number)", value, to: &fields)
        expected.append(name: Array("x-\(number)".utf8), value: value)
      }
      #expect(fields.count == count)
      #expect(HeaderBlock(fields) == expected, "\(count) fields of \(size) bytes")
      #expect(fields.value(of: "x-0") == (count == 0 ? nil : (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }))
      #expect(fields.value(of: "x-1001") == nil)
    }
  }
}
