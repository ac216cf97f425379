// Reads harmed messages and JSON texts until the time is up. Whatever comes is an error, or a value that can be written and read
// again; anything else ends the program with the seed and the bytes.

import Messages
import SeededNumbers
import Wire

struct Finding: Error {
  let what: String
}

struct Fuzzer {
  private let shape = ContractShape(ContractFiles.all)
  private var random: SeededGenerator
  private(set) var accepted = 0
  private(set) var refused = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func runOnce() throws(Finding) {
    let type = ContractFiles.messages.randomElement(using: &random)!
    let filling = FilledMessages(shape: shape, choice: .random(in: 0..<7, using: &random), isExtreme: .random(using: &random))
    var bytes = filling.bytes(of: type.protoName)
    for _ in 0..<Int.random(in: 0...8, using: &random) { random.harm(&bytes) }
    // Half of the messages meet a budget that ends somewhere in their middle.
    let budget = Bool.random(using: &random) ? Int.random(in: 0...bytes.count * 12 + 1, using: &random) : 32 << 20
    let isAccepted = try check(type, bytes, WireLimits(maximumArenaBytes: budget))
    if isAccepted { accepted += 1 } else { refused += 1 }
  }

  private mutating func check<Message: WireMessage>(
    _ type: Message.Type, _ bytes: [UInt8], _ limits: WireLimits
  ) throws(Finding) -> Bool {
    guard let message = try? Message(wireBytes: bytes, limits: limits) else { return false }
    guard let again = try? message.wireBytes(), let same = try? Message(wireBytes: again), (try? same.wireBytes()) == again else {
      throw Finding(what: "\(type.protoName) does not survive its own bytes: \(bytes)")
    }
    guard (try? Message(jsonValue: message.jsonValue)) != nil else {
      throw Finding(what: "\(type.protoName) does not survive JSON: \(bytes)")
    }
    var text = Array(message.jsonValue.text().utf8)
    for _ in 0..<Int.random(in: 1...3, using: &random) { random.harm(&text) }
    guard let json = try? JSONValue(parsing: text) else { return true }
    guard (try? JSONValue(parsing: json.text())) == json else { throw Finding(what: "JSON does not survive itself: \(text)") }
    _ = try? Message(jsonValue: json)
    return true
  }
}

let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let seconds = arguments.first ?? 10
let seed = arguments.dropFirst().first ?? UInt64.random(in: 0...UInt64.max)
print("seed \(seed), \(seconds) s")
var fuzzer = Fuzzer(seed: seed)
let end = ContinuousClock.now + .seconds(Int64(seconds))
do {
  while ContinuousClock.now < end { for _ in 0..<100 { try fuzzer.runOnce() } }
  print("\(fuzzer.accepted) read, \(fuzzer.refused) refused, no finding")
} catch {
  print("FINDING, seed \(seed): \(error)")
  fatalError("a finding")
}
