import SheetSyncDomain
import Testing

struct DateSerialTests {
  @Test(arguments: [
    ("1900-01-01", 1.0), ("1900-02-28", 59.0), ("1900-03-01", 61.0), ("1970-01-01", 25_569.0), ("2026-02-15", 46_068.0),
    ("2000-02-29", 36_585.0), ("9999-12-31", 2_958_465.0), ("2026-02-15T12:00:00Z", 46_068.5), ("2026-02-15 18:00", 46_068.75),
  ])
  func `a date has the serial that spreadsheets give it`(text: String, days: Double) {
    #expect(DateSerial(iso: text)?.days == days)
  }

  @Test(arguments: [
    "2026-02-30", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01T25:00", "2026-01-01x",
    "2026-01-01T10:00:00.", "", "1899-12-31",
  ])
  func `what is no date is refused`(text: String) {
    #expect(DateSerial(iso: text) == nil)
  }

  @Test func `every day of four centuries leads back to itself`() throws {
    for day in 61..<146_200 {
      let serial = DateSerial(days: Double(day))
      #expect(DateSerial(iso: serial.iso) == serial)
    }
  }

  @Test func `every second of a day leads back to itself`() throws {
    for second in stride(from: 0, to: 86_400, by: 7) {
      let serial = try #require(DateSerial(year: 2026, month: 1, day: 5, secondOfDay: second))
      #expect(serial.secondOfDay == second)
      #expect(serial.civil == (2026, 1, 5))
    }
  }

  @Test func `an instant becomes its UTC date`() {
    #expect(DateSerial(microsecondsSince1970: 1_767_614_462_000_000).iso == "2026-01-05T12:01:02Z")
  }

  @Test func `serials that no calendar has still print`() {
    #expect(DateSerial(days: 60).iso == "1900-03-01")
    #expect(DateSerial(days: -5).iso == DateSerial(days: 0).iso)
    #expect(DateSerial(days: .nan).iso == DateSerial(days: 0).iso)
    #expect(DateSerial(days: 1e300).iso.hasPrefix("9999-12-31"))
  }
}
