import Testing

@testable import HTTP2

struct StreamTableTests {
  /// Against a dictionary, over many random insertions and removals; the seeds are the arguments.
  @Test(arguments: 1...20) func `the table holds what was put in and not taken out`(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var table = StreamTable()
    var model: [Int32: HTTP2Stream] = [:]
    for _ in 0..<3000 {
      let id = Int32(2 * random(400) + 1)
      if let known = model[id] {
        #expect(table[id] === known)
        if random(3) > 0 {
          #expect(table.remove(id) === known)
          model[id] = nil
        }
      } else {
        #expect(table[id] == nil)
        #expect(table.remove(id) == nil)
        let stream = HTTP2Stream(id: id)
        table.insert(stream)
        model[id] = stream
      }
      #expect(table.count == model.count)
    }
    #expect(table.open.map(\.id) == model.keys.sorted())
    #expect(table.removeAll().count == model.count)
    #expect(table.count == 0)
  }
}
