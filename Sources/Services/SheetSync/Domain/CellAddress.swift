/// Where a cell is: its row and column, both counted from 1 as spreadsheets do. Written `B7` for people.
public struct CellAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The last row that an .xlsx sheet can have.
  public static let lastRow = 1_048_576
  /// The last column that an .xlsx sheet can have, `XFD`.
  public static let lastColumn = 16_384

  public var row: Int
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// Reads `B7`, `$B$7` or `b7`; nil for anything else and for a place outside the largest sheet.
  public init?(a1 text: some StringProtocol) {
    var column = 0
    var row = 0
    var letters = 0
    var digits = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where digits == 0 && letters < 3:
        column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
        letters += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z") where digits == 0 && letters < 3:
        column = column * 26 + Int(byte - UInt8(ascii: "a")) + 1
        letters += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where letters > 0 && digits < 7:
        row = row * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      case UInt8(ascii: "$") where digits == 0:
        continue
      default:
        return nil
      }
    }
    self.init(row: row, column: column)
    guard letters > 0, digits > 0, isInSheet else { return nil }
  }

  /// Whether a sheet can have this cell.
  public var isInSheet: Bool {
    row >= 1 && row <= Self.lastRow && column >= 1 && column <= Self.lastColumn
  }

  public var description: String { Self.letters(ofColumn: column) + String(row) }

  /// The letters of a column: 1 is `A`, 28 is `AB`.
  public static func letters(ofColumn column: Int) -> String {
    var rest = column
    var letters: [UInt8] = []
    while rest > 0 {
      rest -= 1
      letters.append(UInt8(ascii: "A") + UInt8(rest % 26))
      rest /= 26
    }
    return String(decoding: letters.reversed(), as: UTF8.self)
  }

  /// Reading order: row by row, each from left to right.
  public static func < (one: Self, other: Self) -> Bool {
    (one.row, one.column) < (other.row, other.column)
  }
}
