import LocalSystem

/// The demo's registry file, and the person of the governance board who imports it.
struct DemoGovernance {
  static let board = "dana"

  let layout: SystemLayout
  let record: SystemRecord
  /// The folder of the workbooks.
  let directory: String

  var file: String { "\(directory)/metric_registry.yaml" }

  /// Adds the person to the system's policy, and writes the file unless there is one: somebody may have typed into it.
  func prepare() throws {
    let person = try person
    let people = try PeopleFile(layout)
    try people.changing { document in
      let roles = document.roles(of: person) ?? []
      guard !roles.contains(PersonRole.governanceBoard.rawValue) else { return }
      document.set(roles + [PersonRole.governanceBoard.rawValue], of: person)
      try people.certificates?.prepare(person)
    }
    if !Files.exists(file) {
      try Files.write(String(decoding: PackageResources.metric_registry_yaml, as: UTF8.self), to: file)
    }
  }

  func text() throws -> String { try Files.readText(file, limit: RegistryFileArgument.mostBytes) ?? "" }

  /// The metrics service, called in the board's name.
  func endpoint() throws -> ServiceEndpoint {
    guard let endpoint = try record.endpoint(of: .metrics, layout, as: try person) else {
      throw Failure(.unreachable, "\(ServiceKind.metrics.program) does not run", mend: "`lodestar up`")
    }
    return endpoint
  }

  private var person: Person {
    get throws {
      guard let person = Person(Self.board) else { throw Failure(.wrongUsage, "\"\(Self.board)\" is no person's name") }
      return person
    }
  }
}
