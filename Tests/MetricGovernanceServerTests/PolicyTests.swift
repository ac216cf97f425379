import LocalSystem
import Logging
import MetricGovernanceDomain
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite struct PolicyTests {
  private static let ada = "spiffe://lodestar.local/person/ada"

  @Test func `people and services get their roles`() throws {
    let policy = try Policy(
      yaml: """
        # Who may do what.
        people:
          ada: [governance-board, analyst]
          bob: viewer
          eve:
        services:
          lodestar-sync:
            - pm
          spiffe://elsewhere.example/bot: [analyst]
        """)
    #expect(policy.roles(of: Self.ada) == [.governanceBoard, .analyst])
    #expect(policy.roles(of: "spiffe://lodestar.local/person/bob") == [.viewer])
    #expect(policy.roles(of: "spiffe://lodestar.local/person/eve") == [])
    #expect(policy.roles(of: "spiffe://lodestar.local/lodestar-sync") == [.pm])
    #expect(policy.roles(of: "spiffe://elsewhere.example/bot") == [.analyst])
    #expect(policy.roles(of: "spiffe://lodestar.local/person/nobody") == [])
  }

  @Test(arguments: ["", "# nothing yet\n", "people:\nservices:\n", "{}"])
  func `an empty policy gives nobody anything`(yaml: String) throws {
    #expect(try Policy(yaml: yaml) == .empty)
  }

  @Test(arguments: [
    ("people: {ada: [governance-bord]}", #"line 1: "governance-bord" is no role (of ada); did you mean governance-board?"#),
    ("people:\n  ada: [king]", #"line 2: "king" is no role (of ada); there are viewer, pm, analyst, governance-board, operator"#),
    ("peple: {ada: [pm]}", #"line 1: "peple" is no part of a policy; did you mean people?"#),
    ("services:\n  person/ada: [pm]", #"line 2: "person/ada" is not a service's name, as lodestar-sync, or its URI"#),
    ("people:\n  spiffe://elsewhere/ada: [pm]", #"line 2: "spiffe://elsewhere/ada" is not a person's name, as ada"#),
    ("people:\n  ada: [[pm]]", "line 2: this is no role (of ada); there are viewer, pm, analyst, governance-board, operator"),
    ("people: [ada]", "line 1: here belong names with their roles, as ada: [analyst]"),
    ("- ada", "line 1: the file has to hold people: and services:, each with names and their roles"),
    (
      "people:\n  ada: [pm]\n  spiffe://lodestar.local/person/ada: [analyst]",
      "line 3: spiffe://lodestar.local/person/ada is there twice; keep one of the two"
    ),
  ])
  func `what is wrong is told by its line, with what would be right`(yaml: String, problem: String) {
    let error = #expect(throws: PolicyError.self) { try Policy(yaml: yaml) }
    #expect(error?.problems == [problem])
  }

  @Test(arguments: ["people: {ada: [pm]", "people:\n  ada: [pm]\n  ada: [analyst]", "a: &a [*a]", "\u{0}"])
  func `what is no YAML is refused`(yaml: String) {
    #expect(throws: PolicyError.self) { try Policy(yaml: yaml) }
  }

  @Test func `the file is read again when it changes, and a broken one changes nothing`() throws {
    let path = try Scratch.directory("policy") + "/policy.yaml"
    let source = PolicySource(path: path)
    func roles() -> Set<Principal.Role> { source.current(.silent).roles(of: Self.ada) }
    #expect(roles() == [])
    try Files.write("people: {ada: [pm]}", to: path)
    #expect(roles() == [.pm])
    try Files.write("people: {ada: [kng]}", to: path)
    #expect(roles() == [.pm])
    Files.remove(path)
    #expect(roles() == [.pm])
    try Files.write("people: {ada: [analyst]}", to: path)
    #expect(roles() == [.analyst])
  }
}
