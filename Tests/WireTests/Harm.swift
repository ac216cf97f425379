import SeededNumbers

extension SeededGenerator {
  /// One small piece of harm: a byte changed, a piece taken out, doubled or made up, or the end cut off.
  mutating func harm(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(.random(in: 0...255, using: &self)) }
    let index = Int.random(in: 0..<bytes.count, using: &self)
    let end = min(bytes.count, index + Int.random(in: 1...16, using: &self))
    switch Int.random(in: 0..<7, using: &self) {
    case 0: bytes[index] = .random(in: 0...255, using: &self)
    case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 2: bytes.removeSubrange(index..<end)
    case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
    case 4: bytes.removeSubrange(index...)
    case 5: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: index)
    default: bytes.append(contentsOf: bytes)
    }
  }
}
