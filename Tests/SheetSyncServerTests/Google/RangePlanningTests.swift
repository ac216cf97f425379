import SeededNumbers
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

@Suite struct RangePlanningTests {
  private func cells(_ rows: some Sequence<Int>, _ columns: some Sequence<Int>) -> [CellWrite] {
    rows.flatMap { row in columns.map { CellWrite(row: row, column: $0, .number(Double(row * 100 + $0))) } }
  }

  /// What the ranges write, cell by cell.
  private func written(_ ranges: [ValueRange]) -> [CellWrite] {
    ranges.flatMap { range in
      range.rows.enumerated().flatMap { offset, row in
        row.enumerated().compactMap { index, value in
          value.map { CellWrite(row: range.top + offset, column: range.left + index, $0) }
        }
      }
    }
  }

  @Test func `a save of 5,000 rows is one rectangle in one call`() {
    let ranges = RangePlanning.ranges(cells(2...5_001, 10...12).shuffled())
    #expect(ranges.count == 1)
    #expect(ranges.first?.a1("T").description == "'T'!J2:L5001")
    #expect(RangePlanning.calls(ranges.map { ("T", $0) }).count == 1)
  }

  @Test func `columns apart are rectangles of their own, in the same call`() {
    let ranges = RangePlanning.ranges(cells(2...5_001, [3, 7, 9]))
    #expect(ranges.count == 3)
    #expect(RangePlanning.calls(ranges.map { ("T", $0) }).count == 1)
  }

  @Test func `a few rows between are left alone inside one rectangle, many end it`() {
    let near = RangePlanning.ranges(cells([2, 3, 23], [1]))
    #expect(near.count == 1)
    #expect(near[0].rows.count == 22)
    #expect(near[0].rows[2] == [nil])
    #expect(RangePlanning.ranges(cells([2, 24], [1])).count == 2)
    #expect(RangePlanning.ranges(cells([2, 4], [1]), widestGap: 0).count == 2)
  }

  @Test func `no call has more than 200 ranges`() {
    let ranges = RangePlanning.ranges(cells(stride(from: 2, to: 2 + 401 * 30, by: 30), [1]))
    #expect(ranges.count == 401)
    #expect(RangePlanning.calls(ranges.map { ("T", $0) }).map(\.count) == [200, 200, 1])
  }

  @Test func `no call is larger than two megabytes unless one cell is`() {
    let long = String(repeating: "x", count: 32_000)
    let writes = (2...201).map { CellWrite(row: $0, column: 1, .text(long)) }
    let calls = RangePlanning.calls(RangePlanning.ranges(writes).map { ("T", $0) })
    #expect(calls.count >= 4)
    for call in calls { #expect(call.reduce(0) { $0 + $1.range.bytes } <= RangePlanning.mostBytes) }
    #expect(Set(written(calls.joined().map(\.range))) == Set(writes))
  }

  @Test(arguments: 0..<40)
  func `whatever is to be written is written, once, and nothing else`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var writes: [CellAddress: CellWrite] = [:]
    for _ in 0..<Int.random(in: 0...400, using: &generator) {
      let place = CellAddress(row: .random(in: 1...120, using: &generator), column: .random(in: 1...9, using: &generator))
      writes[place] = CellWrite(place, .text("\(place)"))
    }
    let calls = RangePlanning.calls(RangePlanning.ranges(Array(writes.values)).map { ("T", $0) })
    let all = written(calls.joined().map(\.range))
    #expect(all.count == writes.count, "seed \(seed)")
    #expect(Set(all) == Set(writes.values), "seed \(seed)")
  }
}
