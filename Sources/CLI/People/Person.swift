import ArgumentParser
import Glibc

/// A person by the name that stands in their certificate and in the policy.
struct Person: Hashable, Comparable, Sendable, ExpressibleByArgument {
  private static let longest = 64
  static let rightName =
    "a name like ada: letters, digits, \".\", \"_\" and \"-\", the first a letter or a digit, at most \(longest) of them"

  let name: String

  /// Nil for what can be no name: it becomes part of a path and of a URI.
  init?(_ name: some StringProtocol) {
    guard (1...Self.longest).contains(name.utf8.count), let first = name.utf8.first, Self.isLetterOrDigit(first),
      name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || ".-_".utf8.contains($0) })
    else { return nil }
    self.name = String(name)
  }

  init?(argument: String) { self.init(argument) }

  /// - Parameter place: where the name was given.
  init(orFailing name: String, of place: String) throws {
    guard let person = Person(name) else {
      throw Failure(.wrongUsage, "\(place) has \"\(name)\", which is no person's name", mend: "right would be \(Self.rightName)")
    }
    self = person
  }

  static func < (one: Person, other: Person) -> Bool { one.name < other.name }

  /// What a caller in clear text says of itself.
  var principal: String { "person/\(name)" }

  /// Whoever runs this program, by the name of the account.
  static var atThisTerminal: Person {
    let name = (account ?? "").utf8.map { isLetterOrDigit($0) || ".-_".utf8.contains($0) ? Character(Unicode.Scalar($0)) : "-" }
    return Person(String(name.drop { "-._".contains($0) }.prefix(longest))) ?? Person("user-\(geteuid())")!
  }

  /// The name of the account that this program runs as.
  static var account: String? {
    guard let entry = unsafe getpwuid(geteuid()), let name = unsafe entry.pointee.pw_name else { return nil }
    return unsafe String(cString: name)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}

/// What a person may be allowed, as the policy spells it.
enum PersonRole: String, CaseIterable, Sendable, ExpressibleByArgument {
  case viewer, pm, analyst
  case governanceBoard = "governance-board"
  case `operator`

  /// What it lets its holder do, beside reading.
  var meaning: String {
    switch self {
    case .viewer: "nothing but read"
    case .pm: "pin dashboards, compare versions' values"
    case .analyst: "draft, ask for approval, activate, deprecate, sunset, pin"
    case .governanceBoard: "approve, make current, retire, roll back, and what analysts may"
    case .operator: "pin dashboards, send notifications again"
    }
  }
}
