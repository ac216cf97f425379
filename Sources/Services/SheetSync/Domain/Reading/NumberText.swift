/// Numbers as people type and read them.
public enum NumberText {
  /// The shortest text that reads back as the same number: `180`, `0.035`, `-12.5`, `1e+300`.
  public static func text(of number: Double) -> String {
    if number == number.rounded(), abs(number) < 9_007_199_254_740_992 { return String(Int64(number)) }
    return "\(number)"
  }

  /// With so many decimals, rounded half away from zero: `1.2`. For numbers under 1e15; larger ones come without decimals.
  public static func text(of number: Double, decimals: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number * Double(scale)).rounded()
    guard scaled.isFinite, abs(scaled) < 9e18 else { return "\(number)" }
    let units = Int64(abs(scaled))
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(units) }
    let fraction = String(units % scale)
    return "\(sign)\(units / scale).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
  }

  /// Reads `180`, `-0.5`, `+3`, `1.5e6`: digits, at most one point, an exponent; nothing else, so that no number means two things.
  public static func number(in text: some StringProtocol) -> Double? {
    guard isPlain(text.utf8), let value = Double(String(text)), value.isFinite else { return nil }
    return value
  }

  /// What a person probably meant by a text that is no number: letters that look like digits, separators of thousands, a decimal
  /// comma, a percent sign, a currency. nil when there is no telling.
  public static func suggestion(for text: String) -> String? {
    var rest = text.filter { !$0.isWhitespace && $0 != "_" && $0 != "'" && $0 != "\u{2019}" }
    var percent = false
    if rest.hasSuffix("%") {
      rest.removeLast()
      percent = true
    }
    rest = String(rest.drop { "$€£¥".contains($0) })
    while let last = rest.last, "$€£¥".contains(last) { rest.removeLast() }
    guard rest.contains(where: \.isNumber) else { return nil }
    rest = String(rest.map { lookAlikes[$0] ?? $0 })
    guard let plain = withoutSeparators(rest), let value = number(in: plain) else { return nil }
    return Self.text(of: percent ? value / 100 : value)
  }

  private static let lookAlikes: [Character: Character] = [
    "O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "i": "1", "|": "1", "S": "5", "s": "5", "B": "8", "Z": "2",
    "z": "2",
    "\u{2212}": "-", "\u{2013}": "-",
  ]

  /// `1,200` is 1200, `1.200.000` is 1200000, `0,035` is 0.035, `1.200,5` is 1200.5.
  private static func withoutSeparators(_ text: String) -> String? {
    let commas = text.count { $0 == "," }
    let points = text.count { $0 == "." }
    if commas == 0, points <= 1 { return text }
    if commas > 0, points > 0 {
      guard let lastComma = text.lastIndex(of: ","), let lastPoint = text.lastIndex(of: ".") else { return nil }
      let decimal: Character = lastComma > lastPoint ? "," : "."
      guard text.count(where: { $0 == decimal }) == 1 else { return nil }
      return String(text.filter { $0 != (decimal == "," ? "." : ",") }.map { $0 == "," ? "." : $0 })
    }
    let separator: Character = commas > 0 ? "," : "."
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let grouped = parts.dropFirst().allSatisfy { $0.count == 3 } && !["0", "-0", ""].contains(parts[0])
    if grouped { return parts.joined() }
    return parts.count == 2 ? parts.joined(separator: ".") : nil
  }

  private static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
    var digits = 0
    var points = 0
    var exponents = 0
    var before: UInt8 = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard before == 0 || before == UInt8(ascii: "e") || before == UInt8(ascii: "E") else { return false }
      case UInt8(ascii: "."):
        points += 1
        guard points == 1, exponents == 0 else { return false }
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        exponents += 1
        guard exponents == 1, digits > 0 else { return false }
      default: return false
      }
      before = byte
    }
    return digits > 0 && before != UInt8(ascii: "e") && before != UInt8(ascii: "E") && before != UInt8(ascii: "+")
      && before != UInt8(ascii: "-")
  }
}
