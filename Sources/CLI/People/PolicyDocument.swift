import Yams

/// The text of a policy file, changed a line at a time: what people wrote into it besides stays as it is.
struct PolicyDocument: Equatable {
  struct Entry: Equatable {
    var name: String
    /// As they are spelt in the file, known or not.
    var roles: [String]
  }

  /// Why the text is no policy.
  struct Malformed: Error, Equatable {
    var reason: String
  }

  private(set) var text: String
  private(set) var people: [Entry]
  private(set) var services: [Entry]

  init(text: String) throws(Malformed) {
    self.text = text
    (people, services) = try Self.read(text)
  }

  /// Of a new system: the person who starts it, and its services.
  static func new(for person: Person) -> PolicyDocument {
    let services = [
      Entry(name: "lodestar-sync", roles: ["pm"]), Entry(name: "lodestar-compiler", roles: ["viewer"]),
      Entry(name: "lodestar-optimizer", roles: ["viewer"]), Entry(name: "lodestar-metrics", roles: ["operator"]),
    ]
    return PolicyDocument([Entry(name: person.name, roles: ["analyst", "operator"])], services)
  }

  private init(_ people: [Entry], _ services: [Entry]) {
    self.people = people
    self.services = services
    let roles = PersonRole.allCases.map { "#   \($0.rawValue) may \($0.meaning)\n" }.joined()
    text = """
      # Who may do what with metrics; everybody may read. `lodestar people add NAME --role ROLE` adds to it, and it may be
      # edited: lodestar-metrics takes a change at once, and keeps to what it knew while there is a mistake in here.
      \(roles)
      """
    text += "people:\n" + people.map(Self.line).joined() + "services:\n" + services.map(Self.line).joined()
  }

  private static func line(_ entry: Entry) -> String { "  \(entry.name): [\(entry.roles.joined(separator: ", "))]\n" }

  func roles(of person: Person) -> [String]? { people.first { $0.name == person.name }?.roles }

  /// Gives the person exactly these roles; nil takes the person out.
  mutating func set(_ roles: [String]?, of person: Person) {
    var people = people.filter { $0.name != person.name || roles != nil }
    if let roles {
      if let index = people.firstIndex(where: { $0.name == person.name }) {
        people[index].roles = roles
      } else {
        people.append(Entry(name: person.name, roles: roles))
      }
    }
    let edited = Self.edited(text, person.name, roles)
    // YAML can be written in ways that a line more or less does not fit into; then it is written anew.
    if let edited, let (read, others) = try? Self.read(edited), Self.sorted(read) == Self.sorted(people), others == services {
      text = edited
      self.people = read
    } else {
      self = PolicyDocument(people, services)
    }
  }

  private static func sorted(_ entries: [Entry]) -> [Entry] { entries.sorted { $0.name < $1.name } }

  // MARK: Reading

  private static func read(_ text: String) throws(Malformed) -> (people: [Entry], services: [Entry]) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw Malformed(reason: "it is no YAML: \(error)")
    }
    guard let root, root.null == nil else { return ([], []) }
    guard let sections = root.mapping else { throw Malformed(reason: "it has to hold people: and services:") }
    var read: [String: [Entry]] = [:]
    for (key, value) in sections {
      guard let name = key.string, ["people", "services"].contains(name) else {
        throw Malformed(reason: "\(line(key))\"\(key.string ?? "?")\" is no part of it; there are people and services")
      }
      read[name] = try entries(value)
    }
    return (read["people"] ?? [], read["services"] ?? [])
  }

  private static func entries(_ section: Node) throws(Malformed) -> [Entry] {
    if section.null != nil { return [] }
    guard let mapping = section.mapping else { throw Malformed(reason: "\(line(section))here belong names with their roles") }
    var entries: [Entry] = []
    for (key, value) in mapping {
      let items = value.null != nil ? [] : value.sequence.map(Array.init) ?? [value]
      let roles = items.compactMap(\.string)
      guard let name = key.string, roles.count == items.count else {
        throw Malformed(reason: "\(line(key))here belongs a name with its roles, as ada: [analyst]")
      }
      entries.append(Entry(name: name, roles: roles))
    }
    return entries
  }

  private static func line(_ node: Node) -> String { node.mark.map { "line \($0.line): " } ?? "" }

  // MARK: Editing

  /// The text with the person's line replaced, added or taken out; nil when it is not written in lines.
  private static func edited(_ text: String, _ name: String, _ roles: [String]?) -> String? {
    guard let root = try? Yams.compose(yaml: text), let sections = root.mapping, sections.style != .flow else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let (key, section) = sections.first(where: { $0.key.string == "people" }), let start = key.mark?.line else { return nil }
    let entries = section.mapping.map(Array.init) ?? []
    guard section.null != nil || (section.mapping?.style != .flow && !entries.isEmpty) else { return nil }
    let indent = String(repeating: " ", count: (entries.first?.key.mark?.column ?? 3) - 1)
    let new = roles.map { ["\(indent)\(name): [\($0.joined(separator: ", "))]"] } ?? []
    if let entry = entries.first(where: { $0.key.string == name }), let first = entry.key.mark?.line {
      lines.replaceSubrange(first - 1..<lastLine(of: entry.value, from: first), with: new)
    } else {
      let end = entries.last.map { lastLine(of: $0.value, from: $0.key.mark?.line ?? start) } ?? start
      lines.insert(contentsOf: new, at: min(end, lines.count))
    }
    return lines.joined(separator: "\n")
  }

  /// The last line that a value takes, as far as its parts tell.
  private static func lastLine(of value: Node, from first: Int) -> Int {
    let parts = value.sequence.map(Array.init) ?? []
    return ([value] + parts).compactMap { $0.mark?.line }.reduce(first, max)
  }
}
