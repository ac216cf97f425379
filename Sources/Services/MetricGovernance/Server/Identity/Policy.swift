import MetricGovernanceDomain
import Yams

/// Who has which roles.
struct Policy: Equatable, Sendable {
  /// By the principals' URIs.
  private(set) var byURI: [String: Set<Principal.Role>]

  /// Nobody has any.
  static let empty = Policy(roles: [:])

  init(roles: [String: Set<Principal.Role>]) {
    byURI = roles
  }

  func roles(of uri: String) -> Set<Principal.Role> { byURI[uri] ?? [] }
}

/// All that is wrong in a policy file, each with its line and what would be right.
struct PolicyError: Error, Equatable, CustomStringConvertible {
  var problems: [String]
  var description: String { problems.joined(separator: "; ") }
}

extension Policy {
  /// Of a file like
  ///
  ///     people:
  ///       ada: [governance-board]
  ///       bob: [analyst, pm]
  ///     services:
  ///       lodestar-sync: [pm]
  init(yaml: String) throws(PolicyError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw PolicyError(problems: ["it is no YAML: \(error)"])
    }
    var reader = PolicyReader()
    if let root { reader.read(root) }
    guard reader.problems.isEmpty else { throw PolicyError(problems: reader.problems) }
    byURI = reader.roles
  }
}

private struct PolicyReader {
  private(set) var roles: [String: Set<Principal.Role>] = [:]
  private(set) var problems: [String] = []

  mutating func read(_ root: Node) {
    // A file with nothing but comments is a policy that gives nobody anything.
    if root.null != nil { return }
    guard let sections = root.mapping else {
      return problem(root, "the file has to hold people: and services:, each with names and their roles")
    }
    for (key, value) in sections {
      switch key.string {
      case "people": readSection(value, prefix: PrincipalName.people)
      case "services": readSection(value, prefix: PrincipalName.domain)
      default: problem(key, "\(Self.quoted(key)) is no part of a policy\(Self.meant(key, ["people", "services"]))")
      }
    }
  }

  private mutating func readSection(_ section: Node, prefix: String) {
    if section.null != nil { return }
    guard let entries = section.mapping else { return problem(section, "here belong names with their roles, as ada: [analyst]") }
    for (key, value) in entries {
      guard let name = key.string, let uri = PrincipalName.uri(name.contains("://") ? name : prefix + name),
        (PrincipalName.person(uri) != nil) == (prefix == PrincipalName.people)
      else {
        let right = prefix == PrincipalName.people ? "a person's name, as ada" : "a service's name, as lodestar-sync, or its URI"
        problem(key, "\(Self.quoted(key)) is not \(right)")
        continue
      }
      if roles[uri] != nil { problem(key, "\(name) is there twice; keep one of the two") }
      roles[uri] = readRoles(value, of: name)
    }
  }

  private mutating func readRoles(_ value: Node, of name: String) -> Set<Principal.Role> {
    if value.null != nil { return [] }
    let items = value.sequence.map(Array.init) ?? [value]
    var roles: Set<Principal.Role> = []
    for item in items {
      if let word = item.string, let role = Principal.Role(rawValue: word) {
        roles.insert(role)
      } else {
        let known = Principal.Role.allCases.map(\.rawValue)
        problem(item, "\(Self.quoted(item)) is no role (of \(name))\(Self.meant(item, known))")
      }
    }
    return roles
  }

  private mutating func problem(_ node: Node, _ text: String) {
    problems.append(node.mark.map { "line \($0.line): \(text)" } ?? text)
  }

  private static func quoted(_ node: Node) -> String { node.string.map { "\"\($0)\"" } ?? "this" }

  private static func meant(_ node: Node, _ known: [String]) -> String {
    if let near = Spelling.nearest(to: node.string ?? "", among: known) { return "; did you mean \(near)?" }
    return "; there are \(known.joined(separator: ", "))"
  }
}
