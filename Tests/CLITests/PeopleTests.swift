import Foundation
import Testing

@testable import lodestar

@Suite struct PeopleTests {
  private let console = Console.plain()
  private let ada = Person("ada")!

  @Test(arguments: ["ada", "Ada.Lovelace", "a-b_c", "7", String(repeating: "a", count: 64)]) func `names of people`(name: String) {
    #expect(Person(name)?.principal == "person/\(name)")
  }

  @Test(arguments: ["", ".ada", "-ada", "a/b", "../x", "a b", "ä", String(repeating: "a", count: 65), "a\n"])
  func `what can be no name is none`(name: String) {
    #expect(Person(name) == nil)
  }

  @Test func `a new policy knows who starts the system, and the services`() throws {
    let document = PolicyDocument.new(for: ada)
    #expect(document.people == [.init(name: "ada", roles: ["analyst", "operator"])])
    #expect(document.services.map(\.name) == ["lodestar-sync", "lodestar-compiler", "lodestar-optimizer", "lodestar-metrics"])
    #expect(try PolicyDocument(text: document.text) == document)
  }

  @Test func `a change touches one line`() throws {
    let text = """
      # Ours.
      people:
          ada: [analyst]   # since May
          # The board.
          bob:
            - governance-board
            - pm

      services:
          lodestar-sync: [pm]

      """
    var document = try PolicyDocument(text: text)
    document.set(["viewer"], of: Person("eve")!)
    #expect(document.text == text.replacing("      - pm\n", with: "      - pm\n    eve: [viewer]\n"))
    document.set(["analyst", "pm"], of: ada)
    #expect(document.text.contains("\n    ada: [analyst, pm]\n    # The board.\n"))
    document.set(nil, of: Person("bob")!)
    #expect(document.text.contains("    # The board.\n    eve: [viewer]\n\nservices:"))
    #expect(document.people.map(\.name) == ["ada", "eve"] && document.services.map(\.roles) == [["pm"]])
    #expect(try PolicyDocument(text: document.text) == document)
  }

  @Test(arguments: [
    "", "people:\n", "services: {x: [pm]}\n", "{people: {bob: [pm]}, services: {x: [pm]}}", "people: {bob: [pm]}", "people: {}",
    "people:\n  bob: [\n    pm\n  ]\n  eve:\n", "---\npeople:\n  bob: pm\n...\n", "people:\n  ? bob\n  : [pm]\n",
  ])
  func `whatever way it is written, a person is added and taken out, and nobody else changes`(text: String) throws {
    var document = try PolicyDocument(text: text)
    let (people, services) = (document.people, document.services)
    document.set(["pm", "analyst"], of: ada)
    let read = try PolicyDocument(text: document.text)
    #expect(read.roles(of: ada) == ["pm", "analyst"])
    #expect(read.people.filter { $0.name != "ada" } == people && read.services == services)
    document.set(nil, of: ada)
    #expect(try PolicyDocument(text: document.text).people == people)
  }

  @Test func `what is no policy is told with its line`() {
    #expect(throws: PolicyDocument.Malformed(reason: #"line 2: "peple" is no part of it; there are people and services"#)) {
      try PolicyDocument(text: "\npeple: {}")
    }
    #expect(throws: PolicyDocument.Malformed.self) { try PolicyDocument(text: "people: [") }
  }

  @Test func `people and services are listed with their roles`() {
    let view = PeopleView(
      people: [
        .init(name: "ada", roles: ["governance-board", "pm"], certificate: "/s/ada.pem", expiresAt: 1_767_614_462_000_000),
        .init(name: "bob", roles: []), .init(name: "eve", roles: ["quen"]),
      ], services: [.init(name: "lodestar-sync", roles: ["pm"])], policy: "/s/policy.yaml")
    #expect(
      view.lines(console) == [
        "Person  Roles                 Certificate",
        "ada     governance-board, pm  good until 2026-01-05",
        "bob     -                     none",
        "eve     quen                  none",
        "",
        "Service        Roles",
        "lodestar-sync  pm",
        "",
        "\"quen\" of eve is no role: until that is mended, the roles are those that the policy gave before.",
        "Policy: /s/policy.yaml",
      ])
    #expect(view.added(console).first == "ada has 2 roles:")
    #expect(PeopleView.removed(ada, left: ["pm"]) == "ada still has: pm.")
  }

  @Test func `people are added to a state directory, and taken out again`() async throws {
    let state = FileManager.default.temporaryDirectory.appending(path: "lodestar-people-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: state) }
    func end(_ arguments: String...) async -> Int32 {
      await Program.outcome(of: ["people"] + arguments + ["--state", state]).rawValue
    }
    #expect(await end("list") == 3)
    #expect(await end("add", "ada", "--role", "pm") == 3)
    let layout = SystemLayout(state: state)
    try FileManager.default.createDirectory(atPath: layout.certificates, withIntermediateDirectories: true)
    #expect(await end("add", "ada", "--role", "governance-board") == 0)
    #expect(await end("add", "ada", "--role", "pm", "--role", "governance-board") == 0)
    let entry = try #require(try PeopleFile(layout).view().people.first { $0.name == "ada" })
    #expect(entry.roles == ["governance-board", "pm"] && entry.expiresAt != nil)
    #expect(await end("remove", "ada", "--role", "analyst") == 1)
    #expect(await end("remove", "ada", "--role", "pm") == 0)
    #expect(try PolicyFile(layout).read()?.roles(of: ada) == ["governance-board"])
    #expect(await end("remove", "ada") == 0)
    #expect(await end("remove", "ada") == 1)
    #expect(SystemCertificates(layout).people == [])
    for wrong in [["add", "ada"], ["add", "a/b", "--role", "pm"], ["add", "ada", "--role", "king"]] {
      #expect(await Program.outcome(of: ["people"] + wrong).rawValue == 2)
    }
    try "people: [".write(toFile: layout.policy, atomically: true, encoding: .utf8)
    #expect(await end("add", "ada", "--role", "pm") == 1)
    #expect(try String(contentsOfFile: layout.policy, encoding: .utf8) == "people: [")
  }
}
