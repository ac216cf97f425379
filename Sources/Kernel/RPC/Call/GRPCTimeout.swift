/// The grpc-timeout header: at most eight digits and a unit.
enum GRPCTimeout {
  private static let units: [(letter: UInt8, nanoseconds: Int64)] = [
    (UInt8(ascii: "n"), 1), (UInt8(ascii: "u"), 1000), (UInt8(ascii: "m"), 1_000_000), (UInt8(ascii: "S"), 1_000_000_000),
    (UInt8(ascii: "M"), 60_000_000_000), (UInt8(ascii: "H"), 3_600_000_000_000),
  ]
  private static let largest: Int64 = 99_999_999

  /// Nil for anything but one to eight digits and a unit.
  static func parse(_ text: some Collection<UInt8>) -> Duration? {
    guard (2...9).contains(text.count), let letter = text.dropFirst(text.count - 1).first,
      let unit = units.first(where: { $0.letter == letter })
    else { return nil }
    var value: Int64 = 0
    for digit in text.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    // 99,999,999 hours in nanoseconds overflow 64 bits: whole seconds are counted apart.
    return unit.nanoseconds >= 1_000_000_000
      ? .seconds(value * (unit.nanoseconds / 1_000_000_000)) : .nanoseconds(value * unit.nanoseconds)
  }

  /// The finest unit that holds the duration, rounded up so that the peer does not give up before its caller; what is over is "0n".
  static func text(_ duration: Duration) -> String {
    guard duration > .zero else { return "0n" }
    let (seconds, attoseconds) = duration.components
    let nanoseconds = (attoseconds + 999_999_999) / 1_000_000_000
    for unit in units {
      let perSecond = 1_000_000_000 / unit.nanoseconds
      if perSecond > 0 {
        guard seconds <= largest / perSecond else { continue }
        let value = seconds * perSecond + (nanoseconds + unit.nanoseconds - 1) / unit.nanoseconds
        if value <= largest { return "\(value)\(Character(UnicodeScalar(unit.letter)))" }
      } else {
        let unitSeconds = unit.nanoseconds / 1_000_000_000
        let value = seconds / unitSeconds + (seconds % unitSeconds != 0 || nanoseconds > 0 ? 1 : 0)
        if value <= largest { return "\(value)\(Character(UnicodeScalar(unit.letter)))" }
      }
    }
    return "\(largest)H"
  }
}
