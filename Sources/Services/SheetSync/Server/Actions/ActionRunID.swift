import SheetSyncDomain

/// Names of actions: `act_20260105T120102Z_a1b2c3d4`, the second they began in and eight random hexadecimal digits.
enum ActionRunID {
  static func make(startedAtUs: Int64) -> String {
    let second = startedAtUs / 1_000_000 * 1_000_000
    let day = DateSerial(microsecondsSince1970: second)
    let (year, month, date) = day.civil
    let time = day.secondOfDay
    func padded(_ number: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }
    let stamp =
      "\(padded(year, 4))\(padded(month, 2))\(padded(date, 2))T\(padded(time / 3600, 2))\(padded(time / 60 % 60, 2))\(padded(time % 60, 2))Z"
    let random = String(UInt32.random(in: 0 ... .max), radix: 16)
    return "act_\(stamp)_\(String(repeating: "0", count: 8 - random.count))\(random)"
  }
}
