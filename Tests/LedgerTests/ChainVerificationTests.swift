import Cryptography
import Foundation
import Ledger
import SeededNumbers
import Testing

@Suite struct ChainVerificationTests {
  @Test(arguments: [0, 1, 2, 200]) func `a chain as it was written is intact`(count: Int) {
    let chain = SmallChain(count)
    let verdict = chain.verdict(checkpoints: count > 1 ? [chain.checkpoint(1), chain.checkpoint(count)] : [])
    #expect(verdict.fault == nil)
    #expect(verdict.entries == Int64(count))
    #expect(verdict.head == (count == 0 ? nil : chain.checkpoint(count)))
  }

  @Test(arguments: [1, 2, 50, 99, 100]) func `a changed field is found`(place: Int) {
    var chain = SmallChain(100)
    chain[place].who = "mallory"
    expect(chain, .changed, Int64(place))
  }

  @Test(arguments: [1, 50, 99]) func `a changed field whose hash was computed anew is found by the next row`(place: Int) {
    var chain = SmallChain(100)
    chain[place] = SmallChain.line(Int64(place), behind: chain[place].previous, "event \(place)", "mallory")
    expect(chain, .changed, Int64(place))
  }

  @Test func `a changed hash and a changed hash of the row before are found`() {
    var chain = SmallChain(10)
    chain[5].hash = chain[7].hash
    expect(chain, .changed, 5)
    chain = SmallChain(10)
    chain[5].previous = .zero
    expect(chain, .changed, 5)
  }

  @Test(arguments: [1, 2, 50, 99]) func `a removed row is found, renumbered or not`(place: Int) {
    var chain = SmallChain(100)
    chain.lines.remove(at: place - 1)
    expect(chain, .removed, Int64(place))
    chain.renumber()
    expect(chain, .removed, Int64(place))
  }

  @Test func `a removed stretch is found, renumbered or not`() {
    var chain = SmallChain(100)
    chain.lines.removeSubrange(9..<20)
    expect(chain, .removed, 10)
    chain.renumber()
    expect(chain, .removed, 10)
  }

  @Test(arguments: [1, 2, 50, 100]) func `an inserted row is found, whatever its own hashes say`(place: Int) {
    let original = SmallChain(100)
    let previous = place == 1 ? .zero : original[place - 1].hash
    let forged = SmallChain.line(Int64(place), behind: previous, "forged", "mallory")
    var clumsy = forged
    clumsy.hash = original[3].previous
    var stranger = SmallChain.line(Int64(place), behind: forged.hash, "forged", "mallory")
    for line in [forged, clumsy, stranger] {
      var chain = original
      chain.lines.insert(line, at: place - 1)
      chain.renumber()
      expect(chain, .inserted, Int64(place))
    }
    stranger.seq = 7
    var chain = original
    chain.lines.insert(stranger, at: 20)
    expect(chain, .inserted, 7)
  }

  @Test func `a copy of a row is an inserted one`() {
    var chain = SmallChain(100)
    chain.lines.insert(chain[40], at: 60)
    chain.renumber()
    expect(chain, .inserted, 61)
    chain = SmallChain(100)
    chain.lines.insert(chain[40], at: 40)
    chain.renumber()
    expect(chain, .inserted, 41)
  }

  @Test(arguments: [(1, 2), (10, 11), (10, 90), (99, 100), (1, 100)])
  func `two rows in each other's place are found`(one: Int, other: Int) {
    var chain = SmallChain(100)
    chain.lines.swapAt(one - 1, other - 1)
    // As a file has them: with their own numbers.
    expect(chain, .reordered, Int64(one))
    chain.renumber()
    expect(chain, .reordered, Int64(one))
  }

  @Test func `a row that was moved is found`() {
    for (from, to) in [(10, 80), (80, 10)] {
      var chain = SmallChain(100)
      chain.lines.insert(chain.lines.remove(at: from - 1), at: to - 1)
      expect(chain, .reordered, 10)
      chain.renumber()
      expect(chain, .reordered, 10)
    }
  }

  @Test func `a cut-off end shows against a checkpoint, and only there`() {
    let whole = SmallChain(100)
    var chain = whole
    chain.lines.removeLast(10)
    #expect(chain.verdict().fault == nil)
    #expect(chain.verdict(checkpoints: [whole.checkpoint(90)]).fault == nil)
    expect(chain, .cutOff, 91, checkpoints: [whole.checkpoint(40), whole.checkpoint(95)])
    chain.lines = []
    expect(chain, .cutOff, 1, checkpoints: [whole.checkpoint(1)])
  }

  @Test func `a chain that was rewritten to its end shows against a checkpoint`() {
    let whole = SmallChain(100)
    var chain = SmallChain(49)
    chain.append("forged")
    for place in 51...100 { chain.append("event \(place)") }
    #expect(chain.verdict().fault == nil)
    expect(chain, .changed, 60, checkpoints: [whole.checkpoint(100), whole.checkpoint(40), whole.checkpoint(60)])
  }

  @Test func `what follows the first fault does not hide it`() {
    var chain = SmallChain(100)
    chain[20].who = "mallory"
    chain[30].who = "mallory"
    chain.lines.remove(at: 50)
    expect(chain, .changed, 20)
  }

  /// Another one each time; LODESTAR_LEDGER_SEED tries one again.
  static let seed = ProcessInfo.processInfo.environment["LODESTAR_LEDGER_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))

  /// Random tampering of every kind in random places: it is always found, at its first row.
  @Test(arguments: [seed]) func `no tampering goes unseen`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let original = SmallChain(30)
      var chain = original
      let place = Int.random(in: 0..<29, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: chain.lines[place].what += "!"
      case 1: chain.lines.remove(at: place)
      case 2: chain.lines.insert(SmallChain.line(Int64(place) + 1, behind: original[1].previous, "forged"), at: place)
      case 3: chain.lines.swapAt(place, Int.random(in: place + 1..<30, using: &random))
      default: chain.lines[place].hash = chain.lines[29].hash
      }
      if Bool.random(using: &random) { chain.renumber() }
      let fault = chain.verdict().fault
      #expect(fault != nil, "seed \(seed), place \(place)")
      #expect(fault?.seq == Int64(place) + 1, "seed \(seed), place \(place): \(fault?.explanation ?? "")")
    }
  }

  private func expect(
    _ chain: SmallChain, _ kind: ChainFault.Kind, _ seq: Int64, checkpoints: [Checkpoint] = [],
    at location: SourceLocation = #_sourceLocation
  ) {
    let fault = chain.verdict(checkpoints: checkpoints).fault
    #expect(fault?.kind == kind, "\(fault?.explanation ?? "no fault")", sourceLocation: location)
    #expect(fault?.seq == seq, "\(fault?.explanation ?? "no fault")", sourceLocation: location)
    #expect(fault?.explanation.isEmpty == false, sourceLocation: location)
  }
}
