import Cryptography
import Ledger

/// A chain of small entries, to be tampered with.
struct SmallChain {
  static let layout = EntryLayout(["what", "who"])

  struct Line {
    var seq: Int64
    var previous: SHA256Digest
    var what: String
    var who: String
    var hash: SHA256Digest
  }

  var lines: [Line] = []

  init(_ count: Int) {
    for _ in 0..<count { append("event \(lines.count + 1)") }
  }

  mutating func append(_ what: String, who: String = "ada") {
    lines.append(Self.line(Int64(lines.count) + 1, behind: lines.last?.hash ?? .zero, what, who))
  }

  static func line(_ seq: Int64, behind previous: SHA256Digest, _ what: String, _ who: String = "ada") -> Line {
    var form = CanonicalEntry(layout)
    form.begin(seq: seq, previous: previous)
    form.append(what)
    form.append(who)
    return Line(seq: seq, previous: previous, what: what, who: who, hash: form.hash())
  }

  /// Line number `place` (from 1) as the verifier sees it.
  subscript(place: Int) -> Line {
    get { lines[place - 1] }
    set { lines[place - 1] = newValue }
  }

  mutating func renumber() {
    for place in lines.indices { lines[place].seq = Int64(place) + 1 }
  }

  func verdict(checkpoints: [Checkpoint] = []) -> ChainVerdict {
    var verification = ChainVerification(Self.layout, checkpoints: checkpoints)
    for line in lines {
      verification.take(seq: line.seq, previous: line.previous, hash: line.hash) { form in
        form.append(line.what)
        form.append(line.who)
      }
    }
    return verification.finish()
  }

  func checkpoint(_ place: Int) -> Checkpoint { Checkpoint(seq: self[place].seq, hash: self[place].hash) }
}
