import ArgumentParser
import Cryptography
import LocalSystem
import RPC
import Reactor

/// How the parts of a private system speak to each other.
enum SystemTransport: String, CaseIterable, Sendable, EnumerableFlag {
  /// Every connection encrypted, both sides with a certificate of the system's own authority.
  case tls
  case cleartext

  static func help(for value: SystemTransport) -> ArgumentHelp? {
    switch value {
    case .tls: "Have the services prove to each other who they are, by certificates of their own authority (the default)."
    case .cleartext: "Have the services speak in clear text, on the loopback interface."
    }
  }
}

/// The certificates of a private system: one for each service, one for programs of others, and one for each person.
struct SystemCertificates: Sendable {
  static let programs = "lodestar"
  private static let people = "person"

  let certificates: PrivateCertificates

  init(_ layout: SystemLayout) {
    certificates = PrivateCertificates(directory: layout.certificates)
  }

  /// Makes what is missing or about to expire, for the person at this terminal as for those who have a certificate already.
  func prepare() throws {
    let people = Set(certificates.holders(in: Self.people) + [Self.holder(Person.atThisTerminal)])
    try certificates.prepare(
      ServiceKind.allCases.map { .init(name: $0.program, isServer: true) } + [.init(name: Self.programs, isServer: false)]
        + people.sorted().map { .init(name: $0, isServer: false) })
  }

  private static func holder(_ person: Person) -> String { "\(people)/\(person.name)" }

  /// Makes a person's certificate, unless there is one that is good for some time yet.
  func prepare(_ person: Person) throws { try certificates.prepare([.init(name: Self.holder(person), isServer: false)]) }

  func remove(_ person: Person) { certificates.remove(Self.holder(person)) }

  /// The people who have one, in the order of their names.
  var people: [Person] {
    certificates.holders(in: Self.people).compactMap { Person($0.dropFirst(Self.people.count + 1)) }
  }

  func files(of person: Person) -> TLSFiles { certificates.files(of: Self.holder(person)) }

  /// Until when a person's certificate is good, in microseconds since 1970; nil without one.
  func expiry(of person: Person, now: Int64) -> Int64? {
    certificates.secondsLeft(of: Self.holder(person)).map { now + Int64($0) * 1_000_000 }
  }

  /// What a service is told of them.
  func variables(of kind: ServiceKind) -> [String: String] {
    let files = certificates.files(of: kind.program)
    return [
      "LODESTAR_TLS_CERTIFICATE": files.certificate ?? "", "LODESTAR_TLS_KEY": files.key ?? "",
      "LODESTAR_TLS_AUTHORITY": files.authority ?? "",
    ]
  }

  /// How a command speaks to the services: in the name of the person who was asked for, else of the one at this terminal. A system that
  /// is older than people's certificates has one for programs.
  func channelSecurity(of person: Person?) throws -> ChannelSecurity {
    if let person, !people.contains(person) {
      throw Failure(
        .refused, "\(person.name) has no certificate in \(certificates.directory)",
        mend: "`lodestar people add \(person.name) --role ROLE` makes one; `lodestar people list` shows who has")
    }
    let one = person ?? .atThisTerminal
    return try ChannelSecurity.reading(people.contains(one) ? files(of: one) : certificates.files(of: Self.programs))
  }
}

extension ChannelSecurity {
  /// From files; a failure names the mend.
  static func reading(_ files: TLSFiles) throws -> ChannelSecurity {
    do {
      return ChannelSecurity(try TLSContextSource.client(files))
    } catch {
      throw Failure(
        .unreachable, "the certificates cannot be used: \(error)",
        mend: "`lodestar up` makes those of a private system; LODESTAR_TLS_CERTIFICATE, _KEY and _AUTHORITY name others")
    }
  }

  /// What the environment names, for services that no `lodestar up` started here; nil for clear text.
  static func ofEnvironment() throws -> ChannelSecurity? {
    let files = TLSFiles(
      certificate: environmentVariable("LODESTAR_TLS_CERTIFICATE"), key: environmentVariable("LODESTAR_TLS_KEY"),
      authority: environmentVariable("LODESTAR_TLS_AUTHORITY"))
    guard files != TLSFiles() else { return nil }
    return try reading(files)
  }
}

/// A service as a command reaches it.
struct ServiceEndpoint: Sendable, CustomStringConvertible {
  let address: SocketAddress
  /// Nil for clear text.
  let security: ChannelSecurity?
  /// Who the caller says to be, where no certificate says it.
  var principal: String?

  var description: String { address.description }
}
