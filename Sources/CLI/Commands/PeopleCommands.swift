import ArgumentParser
import LocalSystem
import Wire

struct People: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say who may do what with metrics, and give people their certificates.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a person roles, and a certificate by which the services know them.",
      discussion: """
        Roles are added to those that the person has. They take effect at once.

        ROLES
        \(PersonRole.allCases.map { "  \($0.rawValue.padded(to: 18))\($0.meaning)" }.joined(separator: "\n"))

        EXAMPLES
          lodestar people add ada --role governance-board
          lodestar people add bob --role analyst --role pm
        """)

    @OptionGroup var state: StateOption
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The person's name, as ada.")
    var person: Person

    @Option(name: .customLong("role"), help: "What the person may be; may be given several times.")
    var roles: [PersonRole] = []

    func validate() throws {
      if roles.isEmpty { throw ValidationError("Name a role with --role: \(PersonRole.allValueStrings.joined(separator: ", ")).") }
    }

    func run() async throws {
      try await CommandContext.run { context in
        let file = try PeopleFile(state.layout)
        let all = try file.changing { document in
          let former = document.roles(of: person) ?? []
          let all = former + roles.map(\.rawValue).filter { !former.contains($0) }
          document.set(all, of: person)
          try file.certificates?.prepare(person)
          return all
        }
        let view = PeopleView(people: [file.entry(person, roles: all)], services: [], policy: state.layout.policy)
        if answer.json { context.console.show(json: view.json) } else { context.console.show(view.added(context.console)) }
        return .done
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show who has which roles, and whose certificates are good until when.",
      discussion: """
        EXAMPLES
          lodestar people list
          lodestar people list --json
        """)

    @OptionGroup var state: StateOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
      try await CommandContext.run { context in
        let view = try PeopleFile(state.layout).view()
        if answer.json { context.console.show(json: view.json) } else { context.console.show(view.lines(context.console)) }
        return .done
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a person's roles away: those that are named, or all of them with the certificate.",
      discussion: """
        A certificate that the person has copied stays good until it expires, but
        without a role it can only read.

        EXAMPLES
          lodestar people remove bob
          lodestar people remove ada --role governance-board
        """)

    @OptionGroup var state: StateOption

    @Argument(help: "The person's name, as `lodestar people list` shows it.")
    var person: Person

    @Option(name: .customLong("role"), help: "Only this role; may be given several times.")
    var roles: [PersonRole] = []

    func run() async throws {
      try await CommandContext.run { context in
        let file = try PeopleFile(state.layout)
        let left = try file.changing { document -> [String]? in
          let former = document.roles(of: person)
          guard former != nil || file.certificates?.people.contains(person) == true else {
            throw Failure(.refused, "there is nobody called \(person.name)", mend: "`lodestar people list` shows who there is")
          }
          if let role = roles.first(where: { former?.contains($0.rawValue) != true }) {
            let has = former.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "none"
            throw Failure(.refused, "\(person.name) does not have the role \(role.rawValue); the roles are: \(has)")
          }
          let left = roles.isEmpty ? nil : (former ?? []).filter { role in !roles.contains { $0.rawValue == role } }
          document.set(left, of: person)
          if left == nil { file.certificates?.remove(person) }
          return left
        }
        context.console.show(PeopleView.removed(person, left: left))
        return .done
      }
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
