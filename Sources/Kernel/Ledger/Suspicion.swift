import Cryptography

/// An entry that does not fit, and what the following ones make of it: only their stored hashes are looked at.
struct Suspicion {
  enum Look {
    /// Numbers are left out.
    case gap
    /// It follows the one before, but its content is not what was hashed.
    case otherContent
    /// It is consistent in itself, but follows an entry that is not there.
    case strangePast
    /// It follows an entry that is not the one before, and is not consistent where it stands; it would be that many places further on.
    case misplaced(shift: Int64?)
  }

  let look: Look
  let expected: Int64
  /// The hash of the entry before the expected one.
  let before: SHA256Digest
  let found: StoredHashes

  init(_ look: Look, expected: Int64, before: SHA256Digest, _ found: StoredHashes) {
    self.look = look
    self.expected = expected
    self.before = before
    self.found = found
  }

  /// What a later entry tells; nil when it tells nothing.
  func decide(with later: StoredHashes) -> ChainFault? {
    switch look {
    case .gap:
      guard later.seq == expected || later.previous == before else { return nil }
      let place = later.seq == expected ? "stands behind row \(found.seq)" : "stands as row \(later.seq)"
      return ChainFault(.reordered, seq: expected, "Row \(expected) is not in its place: it \(place).")
    case .misplaced where later.hash == found.previous:
      return ChainFault(
        .reordered, seq: expected,
        "What stands as row \(expected) was written right behind what stands as row \(later.seq): rows were put in another order.")
    case .misplaced(let shift) where shift != nil && later.previous == before:
      return ChainFault(.reordered, seq: expected, "Row \(expected) is not in its place: it stands as row \(later.seq).")
    case .otherContent, .strangePast, .misplaced:
      guard later.previous == before else { return nil }
      return ChainFault(
        .inserted, seq: expected,
        "What stands as row \(later.seq) was written right behind row \(expected - 1): row \(expected) was inserted before it.")
    }
  }

  /// What it is when nothing that followed told otherwise.
  func decideAtEnd() -> ChainFault {
    switch look {
    case .gap:
      let last = found.seq - 1
      let gone = last == expected ? "Row \(expected) is" : "Rows \(expected) to \(last) are"
      return ChainFault(.removed, seq: expected, "\(gone) missing: row \(found.seq) follows row \(expected - 1).")
    case .misplaced(let shift?):
      let gone = shift == 1 ? "row \(expected) was" : "rows \(expected) to \(expected + shift - 1) were"
      return ChainFault(
        .removed, seq: expected,
        "What stands as row \(expected) was written as row \(expected + shift): \(gone) removed, and the rest renumbered.")
    case .otherContent, .misplaced(nil):
      return ChainFault(
        .changed, seq: expected,
        "Row \(expected) does not have the content that its hash \(found.hash) was taken over: it was changed.")
    case .strangePast where expected == 1:
      return ChainFault(.changed, seq: 1, "Row 1 names a row before it, where the chain has to begin.")
    case .strangePast:
      return ChainFault(
        .changed, seq: expected - 1,
        "Row \(expected) was written behind a row with the hash \(found.previous), but row \(expected - 1) has \(before): that row was changed and hashed anew."
      )
    }
  }
}
