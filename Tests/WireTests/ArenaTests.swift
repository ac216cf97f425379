import Testing

@testable import Wire

struct ArenaTests {
  @Test func `blocks are aligned, apart from each other, and know their size`() {
    var arena = Arena(budget: .max)
    defer { arena.release() }
    var taken: [Range<UInt>] = []
    for bytes in [0, 1, 7, 8, 9, 100, 1000, 1024, 20_000, 70_000, 65_000, 3, 65_536] {
      let block = unsafe arena.allocate(bytes)!
      let start = UInt(bitPattern: block)
      #expect(start % 8 == 0)
      unsafe block.initializeMemory(as: UInt8.self, repeating: 0xAA, count: bytes)
      #expect(unsafe Arena.size(of: block) == bytes)
      let range = start..<start + UInt(bytes)
      #expect(!taken.contains { $0.overlaps(range) })
      taken.append(range)
    }
  }

  @Test func `a spent budget gives nothing any more, however little is asked for`() {
    var arena = Arena(budget: 100)
    defer { arena.release() }
    #expect(unsafe arena.allocate(40) != nil)
    #expect(!arena.isExhausted)
    #expect(unsafe arena.allocate(60) == nil)
    #expect(arena.isExhausted)
    #expect(unsafe arena.allocate(1) == nil)
  }

  @Test func `sizes that no memory has are refused`() {
    for bytes in [Int.max, Int.max - 7, -1, 1 << 50] {
      var arena = Arena(budget: .max)
      defer { arena.release() }
      #expect(unsafe arena.allocate(bytes) == nil)
    }
  }

  @Test func `freed scan notes serve the next scan of their size, at no cost`() {
    var arena = Arena(budget: 5000)
    defer { arena.release() }
    for _ in 0..<100 {
      let small = unsafe arena.allocate(1024)!
      let large = unsafe arena.allocate(2048)!
      let areApart = unsafe small != large
      #expect(areApart)
      unsafe arena.free(small)
      unsafe arena.free(large)
    }
    #expect(!arena.isExhausted)
  }

  @Test func `arenas at work at the same time have chunks of their own`() async {
    await withTaskGroup(of: Bool.self) { group in
      for mark in UInt8(0)..<16 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            var arena = Arena(budget: .max)
            defer { arena.release() }
            let blocks = unsafe (0..<50).map { _ in
              let block = unsafe arena.allocate(2000)!
              unsafe block.initializeMemory(as: UInt8.self, repeating: mark, count: 2000)
              return unsafe UnsafeRawBufferPointer(start: block, count: 2000)
            }
            return unsafe blocks.allSatisfy { unsafe $0.allSatisfy { $0 == mark } }
          }
        }
      }
      for await isWhole in group { #expect(isWhole) }
    }
  }

  @Test func `the budget follows the message's size and never overflows`() {
    let limits = WireLimits(maximumArenaBytes: 1000, arenaBytesPerWireByte: 10, freeArenaBytes: 100)
    #expect(limits.budget(wireBytes: 0) == 100)
    #expect(limits.budget(wireBytes: 50) == 600)
    #expect(limits.budget(wireBytes: 1000) == 1000)
    #expect(limits.budget(wireBytes: .max) == 1000)
    let large = WireLimits(maximumArenaBytes: 1000, arenaBytesPerWireByte: 10, freeArenaBytes: 100, arenaBytesPerLargeWireByte: 4)
    #expect(large.budget(wireBytes: 200) == 1000)
    #expect(large.budget(wireBytes: 250) == 1000)
    #expect(large.budget(wireBytes: 300) == 1200)
    #expect(large.budget(wireBytes: .max / 8) == 1000, "what cannot be multiplied has no size that anything has")
    #expect(WireLimits.standard.budget(wireBytes: 4 << 20) == 32 << 20)
    #expect(WireLimits.standard.budget(wireBytes: 64 << 20) == 512 << 20)
  }
}
