/// What a number format shows of a serial number.
enum NumberFormat {
  /// The parts of a date that a format shows.
  struct Shown: OptionSet, Hashable {
    let rawValue: Int
    static let date = Shown(rawValue: 1)
    static let time = Shown(rawValue: 2)
  }

  /// The formats that every spreadsheet program knows by number. 27 to 36 and 50 to 58 are dates in East Asian locales.
  static func shown(byBuiltIn id: Int) -> Shown {
    switch id {
    case 14...17, 27...31, 34...36, 50...54, 57...58: .date
    case 18...21, 32...33, 45...47, 55...56: .time
    case 22: [.date, .time]
    default: []
    }
  }

  /// Reads a format's code, such as `[$-407]dd.mm.yyyy;@`. Only its first section counts, and letters in quotes, after a
  /// backslash, an underscore or an asterisk, and in brackets (colours, conditions, locales) mean nothing; `[h]`, `[mm]` and
  /// `[ss]` are elapsed time.
  static func shown(byCode code: String) -> Shown {
    var shown: Shown = []
    var minutesOrMonths = false
    var rest = code.lowercased()[...]
    if rest == "general" { return [] }
    while let character = rest.popFirst() {
      switch character {
      case ";": rest = ""
      case "\\", "_", "*": rest = rest.dropFirst()
      case "\"":
        rest = rest.firstIndex(of: "\"").map { rest[$0...].dropFirst() } ?? ""
      case "[":
        let inside = rest.prefix { $0 != "]" }
        rest = rest.dropFirst(inside.count + 1)
        if let first = inside.first, "hms".contains(first), inside.allSatisfy({ $0 == first }) { shown.insert(.time) }
      case "y", "d": shown.insert(.date)
      case "h", "s": shown.insert(.time)
      case "m": minutesOrMonths = true
      case "g" where !rest.hasPrefix("eneral"): shown.insert(.date)
      case "g": rest = rest.dropFirst(6)
      // An exponent, not an era, when a sign follows.
      case "e" where !(rest.hasPrefix("+") || rest.hasPrefix("-")): shown.insert(.date)
      default: break
      }
    }
    // `m` is minutes beside hours or seconds, and months otherwise.
    if minutesOrMonths, shown.isEmpty { shown.insert(.date) }
    return shown
  }
}
