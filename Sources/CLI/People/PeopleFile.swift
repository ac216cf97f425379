import Cryptography
import Glibc
import LocalSystem

/// The people of a private system: their roles in its policy, and their certificates where it speaks TLS.
struct PeopleFile {
  let layout: SystemLayout
  /// Nil in a system that never spoke TLS.
  let certificates: SystemCertificates?

  /// Throws when no system was started there.
  init(_ layout: SystemLayout) throws {
    self.layout = layout
    guard Files.exists(layout.state) else {
      throw Failure(.unreachable, "no system was started in \(layout.state)", mend: "`lodestar up` starts one")
    }
    certificates = Files.exists(layout.certificates) ? SystemCertificates(layout) : nil
  }

  /// Reads the policy, has it changed, and writes it; nobody else changes it meanwhile.
  func changing<Answer>(_ change: (inout PolicyDocument) throws -> Answer) throws -> Answer {
    let lock = try StateLock(layout)
    defer { lock.release() }
    let file = PolicyFile(layout)
    var document = try file.read() ?? .new(for: .atThisTerminal)
    let answer = try change(&document)
    try file.write(document)
    return answer
  }

  func entry(_ person: Person, roles: [String]) -> PeopleView.Entry {
    PeopleView.Entry(
      name: person.name, roles: roles, certificate: certificates?.files(of: person).certificate,
      expiresAt: certificates?.expiry(of: person, now: Int64(time(nil)) * 1_000_000))
  }

  /// Everybody who has a role or a certificate.
  func view() throws -> PeopleView {
    let document = try PolicyFile(layout).read()
    let roles = Dictionary((document?.people ?? []).map { ($0.name, $0.roles) }) { $1 }
    let all = Set(roles.keys.compactMap { Person($0) }).union(certificates?.people ?? [])
    return PeopleView(
      people: all.sorted().map { entry($0, roles: roles[$0.name] ?? []) },
      services: (document?.services ?? []).map { PeopleView.Entry(name: $0.name, roles: $0.roles) }, policy: layout.policy)
  }
}
