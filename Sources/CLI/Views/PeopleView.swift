import Wire

/// People and services with their roles.
struct PeopleView {
  struct Entry: Equatable {
    var name: String
    var roles: [String]
    /// The path of the certificate; nil where there is none.
    var certificate: String?
    /// Microseconds since 1970.
    var expiresAt: Int64?
  }

  var people: [Entry]
  var services: [Entry]
  /// Where the policy is.
  var policy: String

  func lines(_ console: Console) -> [String] {
    var table = Table(.text("Person"), .prose("Roles"), .text("Certificate"))
    for person in people {
      table.add(
        Cell(person.name, .bold), Self.roles(person), Cell(Self.certificate(person), person.expiresAt == nil ? .dim : .plain))
    }
    var others = Table(.text("Service"), .prose("Roles"))
    for service in services { others.add(Cell(service.name, .bold), Self.roles(service)) }
    let style = console.style
    var lines = people.isEmpty ? ["Nobody yet: `lodestar people add NAME --role ROLE`."] : []
    for table in [table, others] where !table.rows.isEmpty {
      lines += table.lines(style: style, width: console.width) + [""]
    }
    let unknown = (people + services).flatMap { entry in
      entry.roles.filter { PersonRole(rawValue: $0) == nil }.map { "\"\($0)\" of \(entry.name) is no role" }
    }
    return lines + unknown.map { style.red("\($0): until that is mended, the roles are those that the policy gave before.") }
      + [style.dim("Policy: \(policy.printable)")]
  }

  private static func roles(_ entry: Entry) -> Cell {
    entry.roles.isEmpty ? Cell("-", .dim) : Cell(entry.roles.joined(separator: ", "))
  }

  private static func certificate(_ entry: Entry) -> String {
    entry.expiresAt.map { "good until \(Quantity.date(microseconds: $0))" } ?? "none"
  }

  /// After `people add`: what the person may now, and with what.
  func added(_ console: Console) -> [String] {
    people.flatMap { person -> [String] in
      let known = person.roles.compactMap(PersonRole.init)
      var table = Table(.text("Role"), .prose("May"))
      for role in known { table.add(Cell(role.rawValue, .bold), Cell(role.meaning)) }
      var lines = ["\(console.style.bold(person.name)) has \(Quantity.count(person.roles.count, "role")):"]
      lines += table.lines(style: console.style, width: console.width, indent: "  ").dropFirst()
      if let certificate = person.certificate, person.expiresAt != nil {
        lines += ["Certificate: \(certificate.printable), \(Self.certificate(person)), its key beside it."]
      }
      return lines + ["In this name: `lodestar metrics list --as \(person.name)`."]
    }
  }

  /// After `people remove`. - Parameter left: the roles that stayed; nil when the person is gone.
  static func removed(_ person: Person, left: [String]?) -> String {
    guard let left else { return "\(person.name) has no role and no certificate any more." }
    return left.isEmpty ? "\(person.name) has no role any more." : "\(person.name) still has: \(left.joined(separator: ", "))."
  }

  var json: JSONValue {
    ["policy": .string(policy), "people": .array(people.map(Self.json)), "services": .array(services.map(Self.json))]
  }

  private static func json(_ entry: Entry) -> JSONValue {
    var members: [(String, JSONValue)] = [("name", .string(entry.name)), ("roles", .array(entry.roles.map(JSONValue.string)))]
    if let expiry = entry.expiresAt, let certificate = entry.certificate {
      members += [("certificate", .string(certificate)), ("goodUntil", .string(Quantity.date(microseconds: expiry)))]
    }
    return .object(JSONObject(members))
  }
}
