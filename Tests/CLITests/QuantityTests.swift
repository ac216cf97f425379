import Testing

@testable import lodestar

@Suite struct QuantityTests {
  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int64.min, "-9,223,372,036,854,775,808"),
    ] as [(Int64, String)])
  func `integers are grouped by thousands`(value: Int64, text: String) {
    #expect(Quantity.integer(value) == text)
  }

  @Test(
    arguments: [
      (0, "0"), (3.0, "3"), (1234.5, "1,234.5"), (0.005, "0.01"), (-0.001, "0"), (-2.25, "-2.25"), (.infinity, "∞"),
      (.nan, "not a number"),
      (0.999, "1"),
    ] as [(Double, String)])
  func `decimals say no more than they know`(value: Double, text: String) {
    #expect(Quantity.decimal(value) == text)
  }

  @Test(
    arguments: [
      (0, "0 µs"), (999, "999 µs"), (340_000, "340 ms"), (1_240_000, "1.2 s"), (125_000_000, "2 min 5 s"),
    ] as [(Int64, String)])
  func `durations have the unit of their size`(value: Int64, text: String) {
    #expect(Quantity.duration(microseconds: value) == text)
  }

  @Test(
    arguments: [
      (0, "-"), (1, "1970-01-01 00:00:00Z"), (-1, "1969-12-31 23:59:59Z"), (1_767_614_462_000_000, "2026-01-05 12:01:02Z"),
      (951_782_400_000_000, "2000-02-29 00:00:00Z"), (4_107_542_399_000_000, "2100-02-28 23:59:59Z"),
      (4_107_542_400_000_000, "2100-03-01 00:00:00Z"),
    ] as [(Int64, String)])
  func `times are UTC dates, leap days and all`(value: Int64, text: String) {
    #expect(Quantity.time(microseconds: value) == text)
  }

  @Test func `shares and sizes and counts`() {
    #expect(Quantity.percent(0.4321) == "43.2 %")
    #expect(Quantity.size(bytes: 43_306_189) == "41.3 MiB")
    #expect(Quantity.size(bytes: 2048) == "2 KiB")
    #expect(Quantity.count(1, "row") == "1 row")
    #expect(Quantity.count(1200, "row") == "1,200 rows")
  }
}
