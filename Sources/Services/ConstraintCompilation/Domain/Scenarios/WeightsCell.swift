/// A JSON value that somebody else has parsed, with an object's members in the order typed.
public indirect enum ParsedJSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([ParsedJSON])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public var name: String
    public var value: ParsedJSON

    public init(_ name: String, _ value: ParsedJSON) {
      self.name = name
      self.value = value
    }
  }

  /// For messages: what kind of value stands there.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): plain(number)
    case .text(let text): "\"\(shown(text))\""
    case .list: "a list"
    case .object: "an object"
    }
  }
}

/// The objective_weights cell: text, or the JSON that it held.
public enum WeightsCell: Equatable, Sendable {
  /// `north_star=0.6, KPI_CONVERSION=0.4`, or `north_star, KPI_CONVERSION` for levels; may be blank.
  case plain(String)
  case json(ParsedJSON)
  /// It began like JSON and is none: what is wrong, and where.
  case broken(String)
}

/// The cell's entries, whatever form it had.
struct WeightEntries {
  struct Entry {
    var key: String
    var weight: Double?
    var tolerance: Double?
  }

  /// Entries that one cell may hold.
  static let most = 100

  private(set) var entries: [Entry] = []
  /// True when the order says which comes first, false when weights do.
  private(set) var isOrdered = false

  /// Reads the cell; every fault is noted.
  init(_ cell: WeightsCell, into notes: inout RowNotes) {
    switch cell {
    case .plain(let text): readPlain(text, into: &notes)
    case .json(.object(let members)): readObject(members, into: &notes)
    case .json(.list(let items)): readList(items, into: &notes)
    case .json(let value):
      notes.error(Self.column, "bad_weights", "\(Self.column) holds \(value.kind); write \(Self.example)")
    case .broken(let reason):
      notes.error(
        Self.column, "bad_json",
        "\(Self.column) is not JSON: \(reason); write \(Self.example), or north_star=0.6, KPI_CONVERSION=0.4")
    }
    if entries.count > Self.most {
      notes.error(Self.column, "too_long", "\(Self.column) has \(entries.count) entries; at most \(Self.most) are read")
      entries = []
    }
  }

  static let column = "objective_weights_json"
  static let example = "{\"north_star\": 0.6, \"KPI_CONVERSION\": 0.4}"

  private mutating func readPlain(_ text: String, into notes: inout RowNotes) {
    let parts = text.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isNewline }).map { trimmed(String($0)) }.filter {
      !$0.isEmpty
    }
    isOrdered = !parts.isEmpty && parts.allSatisfy { !$0.contains("=") }
    for part in parts {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map { trimmed(String($0)) }
      if isOrdered {
        entries.append(Entry(key: part))
      } else if sides.count == 2, !sides[0].isEmpty, let weight = Double(sides[1]), weight.isFinite {
        entries.append(Entry(key: sides[0], weight: weight))
      } else {
        notes.error(
          Self.column, "bad_weights", "\(Self.column) holds \"\(shown(part))\"; write a key, \"=\" and a number, as north_star=0.6")
      }
    }
  }

  private mutating func readObject(_ members: [ParsedJSON.Member], into notes: inout RowNotes) {
    for member in members {
      if case .number(let weight) = member.value, weight.isFinite {
        entries.append(Entry(key: trimmed(member.name), weight: weight))
      } else {
        notes.error(
          Self.column, "bad_weights",
          "\(Self.column) gives \"\(shown(member.name))\" the weight \(member.value.kind); it must be a number"
        )
      }
    }
  }

  private mutating func readList(_ items: [ParsedJSON], into notes: inout RowNotes) {
    isOrdered = true
    for item in items {
      switch item {
      case .text(let key): entries.append(Entry(key: trimmed(key)))
      case .object(let members): readLevel(members, into: &notes)
      default:
        notes.error(
          Self.column, "bad_weights", "\(Self.column) lists \(item.kind); list KPI keys, as [\"north_star\", \"KPI_CONVERSION\"]")
      }
    }
  }

  private mutating func readLevel(_ members: [ParsedJSON.Member], into notes: inout RowNotes) {
    var level = Entry(key: "")
    var seen: Set<String> = []
    for member in members {
      let isFirst = seen.insert(member.name).inserted
      switch (member.name, member.value) {
      case ("kpi", .text(let key)) where isFirst: level.key = trimmed(key)
      case ("tolerance", .number(let share)) where isFirst && (0...1).contains(share): level.tolerance = share
      case ("tolerance", _) where isFirst:
        notes.error(Self.column, "bad_weights", "\(Self.column) gives the tolerance \(member.value.kind); it must be 0 to 1")
      default:
        notes.error(
          Self.column, "bad_weights",
          "\(Self.column) has a level with \"\(shown(member.name))\": \(member.value.kind); a level is {\"kpi\": \"KPI_CONVERSION\", \"tolerance\": 0.02}"
        )
      }
    }
    if level.key.isEmpty {
      notes.error(Self.column, "bad_weights", "\(Self.column) has a level without \"kpi\"")
    } else {
      entries.append(level)
    }
  }
}
