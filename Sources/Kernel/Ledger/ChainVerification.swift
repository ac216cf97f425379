public import Cryptography

/// Verifies a chain of entries that are fed to it in the order of their numbers, as they stand in the store. A value: where the entries come
/// from, and when, is the caller's affair; it keeps a few hashes, whatever the length.
///
/// It finds whatever was done to entries by somebody who did not compute the rest of the chain anew; a chain rewritten to its end, and one cut
/// short, show only against checkpoints kept elsewhere.
public struct ChainVerification: ~Copyable {
  /// How many numbers further on a renumbered entry is looked for.
  static let longestShift: Int64 = 1000
  /// How many hashes back an entry is recognized that was pushed on by inserted ones.
  static let remembered = 64

  private let checkpoints: [Checkpoint]
  private var nextCheckpoint = 0
  private var form: CanonicalEntry
  private var entries: Int64 = 0
  private var head = Checkpoint(seq: 0, hash: .zero)
  /// The hashes of the entries before the head, the place being seq modulo the count.
  private var recent = [SHA256Digest](repeating: .zero, count: remembered)
  private var suspicion: Suspicion?
  private var fault: ChainFault?

  /// - Parameter checkpoints: entries that the chain has to contain, in any order.
  public init(_ layout: EntryLayout, checkpoints: [Checkpoint] = []) {
    form = CanonicalEntry(layout)
    self.checkpoints = checkpoints.sorted { $0.seq < $1.seq }
  }

  /// Whether the first fault is known, so that nothing that follows can change the answer.
  public var isDecided: Bool { fault != nil }

  /// Takes the next entry: its number, the two hashes that are stored with it, and its fields, appended in the layout's order.
  public mutating func take(
    seq: Int64, previous: SHA256Digest, hash: SHA256Digest, fields: (inout CanonicalEntry) throws -> Void
  ) rethrows {
    entries += 1
    guard fault == nil else { return }
    let stored = StoredHashes(seq: seq, previous: previous, hash: hash)
    if suspicion != nil {
      fault = suspicion?.decide(with: stored)
      return
    }
    form.begin(seq: seq, previous: previous)
    try fields(&form)
    let isItself = form.hash() == hash
    if isItself, seq == head.seq + 1, previous == head.hash {
      accept(stored)
    } else {
      suspect(stored, isItself: isItself)
    }
  }

  /// The answer, when all entries were taken.
  public consuming func finish() -> ChainVerdict {
    if fault == nil { fault = suspicion?.decideAtEnd() }
    if fault == nil, suspicion == nil, nextCheckpoint < checkpoints.count {
      let missing = checkpoints[nextCheckpoint]
      let end = head.seq == 0 ? "The chain is empty" : "The chain ends at row \(head.seq)"
      fault = ChainFault(
        .cutOff, seq: head.seq + 1, "\(end), but a checkpoint saw row \(missing.seq): what came behind was cut off.")
    }
    return ChainVerdict(entries: entries, head: head.seq == 0 ? nil : head, fault: fault)
  }

  private mutating func accept(_ stored: StoredHashes) {
    recent[Int(head.seq) % Self.remembered] = head.hash
    head = Checkpoint(seq: stored.seq, hash: stored.hash)
    while nextCheckpoint < checkpoints.count, checkpoints[nextCheckpoint].seq <= stored.seq {
      let checkpoint = checkpoints[nextCheckpoint]
      guard checkpoint.seq == stored.seq, checkpoint.hash == stored.hash else {
        let since = nextCheckpoint == 0 ? "it or rows before it were" : "rows behind \(checkpoints[nextCheckpoint - 1].seq) were"
        fault = ChainFault(
          .changed, seq: checkpoint.seq,
          "Row \(checkpoint.seq) has the hash \(stored.hash), but a checkpoint saw \(checkpoint.hash) there: \(since) rewritten.")
        return
      }
      nextCheckpoint += 1
    }
  }

  /// The first entry that does not fit. What was done shows in how it misfits, and in the entries that follow.
  private mutating func suspect(_ stored: StoredHashes, isItself: Bool) {
    let expected = head.seq + 1
    if stored.seq < expected {
      fault = ChainFault(
        .inserted, seq: stored.seq,
        "Row \(stored.seq) stands behind row \(head.seq), where row \(expected) belongs: it was inserted.")
      return
    }
    if stored.seq > expected {
      suspicion = Suspicion(.gap, expected: expected, before: head.hash, stored)
      return
    }
    if let pushed = pushedOn(stored) {
      fault = pushed
      return
    }
    if isItself || stored.previous == head.hash {
      suspicion = Suspicion(isItself ? .strangePast : .otherContent, expected: expected, before: head.hash, stored)
    } else if form.hash(asSeq: expected, previous: head.hash) == stored.hash {
      fault = ChainFault(
        .changed, seq: expected, "Row \(expected) fits behind row \(head.seq), but names another row as the one before it.")
    } else {
      suspicion = Suspicion(.misplaced(shift: shift(of: stored)), expected: expected, before: head.hash, stored)
    }
  }

  /// An entry that was written right behind one further back: what stands between them is not of this chain.
  private mutating func pushedOn(_ stored: StoredHashes) -> ChainFault? {
    if stored.hash == head.hash {
      return ChainFault(.inserted, seq: stored.seq, "Row \(stored.seq) is a copy of row \(head.seq): it was inserted.")
    }
    for back in 1..<Int64(Self.remembered) where back <= head.seq {
      let seq = head.seq - back
      let hash = recent[Int(seq) % Self.remembered]
      if hash == stored.hash {
        return ChainFault(.inserted, seq: stored.seq, "Row \(stored.seq) is a copy of row \(seq): it was inserted.")
      }
      guard hash == stored.previous, form.hash(asSeq: seq + 1, previous: hash) == stored.hash else { continue }
      return ChainFault(
        .inserted, seq: seq + 1,
        "What stands as row \(stored.seq) was written as row \(seq + 1): what stands there now was inserted."
      )
    }
    return nil
  }

  /// By how many places the entry was moved forward.
  private mutating func shift(of stored: StoredHashes) -> Int64? {
    (1...Self.longestShift).first { form.hash(asSeq: stored.seq + $0, previous: stored.previous) == stored.hash }
  }
}

/// An entry's place and the hashes stored with it.
struct StoredHashes {
  var seq: Int64
  var previous: SHA256Digest
  var hash: SHA256Digest
}
