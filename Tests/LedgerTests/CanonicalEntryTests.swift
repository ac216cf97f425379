import Cryptography
import Ledger
import Testing

@Suite struct CanonicalEntryTests {
  private func hash(_ layout: EntryLayout, seq: Int64 = 1, previous: SHA256Digest = .zero, _ values: [String]) -> SHA256Digest {
    var form = CanonicalEntry(layout)
    form.begin(seq: seq, previous: previous)
    for value in values { form.append(value) }
    return form.hash()
  }

  /// Computed by the ten lines of Python in the documentation of CanonicalEntry.
  @Test func `an entry's hash is what the documented form gives in another language`() {
    #expect(
      hash(EntryLayout(["what", "who"]), seq: 7, previous: SHA256Digest((0..<32).map { UInt8($0) })!, ["a ü", ""]).hex
        == "61d51cb5cff91f9990f1f6ff6cc481550b4c01c54298615ebebf0724001b8cd0")
  }

  @Test func `moving a byte from one field to the next gives another hash`() {
    let layout = EntryLayout(["one", "two"])
    #expect(hash(layout, ["ab", "c"]) != hash(layout, ["a", "bc"]))
    #expect(hash(layout, ["abc", ""]) != hash(layout, ["", "abc"]))
    #expect(hash(EntryLayout(["onet", "wo"]), ["a", "b"]) != hash(layout, ["a", "b"]))
  }

  @Test func `a hash covers the number, the entry before and every value`() {
    let layout = EntryLayout(["one", "two"])
    let base = hash(layout, ["a", "b"])
    #expect(hash(layout, seq: 2, ["a", "b"]) != base)
    #expect(hash(layout, previous: base, ["a", "b"]) != base)
    #expect(hash(layout, ["a", "c"]) != base)
    #expect(hash(layout, ["a", "b"]) == base)
  }

  @Test(arguments: [0, 1, -1, 10, 1_234_567_890, Int64.max, Int64.min])
  func `a number is hashed as its decimal digits`(number: Int64) {
    let layout = EntryLayout(["number"])
    var form = CanonicalEntry(layout)
    form.begin(seq: 1, previous: .zero)
    form.append(number)
    #expect(form.hash() == hash(layout, [String(number)]))
  }

  @Test func `a digest is read from its digits and its bytes, and from nothing else`() throws {
    let digest = hash(EntryLayout(["one"]), ["a"])
    #expect(SHA256Digest(hex: digest.hex) == digest)
    #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
    #expect(SHA256Digest(digest.bytes) == digest)
    #expect(SHA256Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(SHA256Digest(hex: String(digest.hex.dropLast()) + "g") == nil)
    #expect(SHA256Digest(Array(digest.bytes.dropLast())) == nil)
  }
}
