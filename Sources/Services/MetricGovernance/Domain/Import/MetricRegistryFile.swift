/// metric_registry.yaml, read: what a person wrote of metrics and their versions, each with its place.
public struct MetricRegistryFile: Equatable, Sendable {
  /// In the order written.
  public var metrics: [FileMetric]

  public init(metrics: [FileMetric] = []) { self.metrics = metrics }
}

public struct FileMetric: Equatable, Sendable {
  public var key: MetricKey
  public var position: FilePosition
  public var facts: MetricFacts
  /// Nil for a metric that has none yet.
  public var current: VersionNumber?
  public var currentPosition: FilePosition
  /// In the order of their numbers.
  public var versions: [FileVersion]

  var path: String { "metrics.\(key)" }
  func version(_ number: VersionNumber) -> FileVersion? { versions.first { $0.number == number } }
}

public struct FileVersion: Equatable, Sendable {
  public var number: VersionNumber
  public var position: FilePosition
  public var status: VersionStatus
  public var statusPosition: FilePosition
  public var content: VersionContent
  public var replacement: VersionNumber?
  public var replacementPosition: FilePosition
  public var plannedSunset: Instant?
  public var plannedSunsetPosition: FilePosition
  public var testEvidence: String
  public var approval: FileApproval
}

/// What a file says of a version's approval. A claim, for the registry is who knows.
public struct FileApproval: Equatable, Sendable {
  public enum Status: String, CaseIterable, Sendable {
    /// Nobody has asked for it yet.
    case none
    case pending, approved, rejected
  }

  public var status: Status
  public var position: FilePosition
  public var approvedBy: [FilePrincipal] = []
  public var rejectedBy: [FilePrincipal] = []
  public var ticket = ""
  /// Nil where the file leaves it out.
  public var requestedBy: FilePrincipal?
  public var requestedAt: Instant?
  public var isBreaking = false
}

/// How a file names who asked for or decided something: "person/ada" for "spiffe://lodestar.local/person/ada", and any other name, as
/// "data-governance-board", for one that a file brought with it.
public struct FilePrincipal: Hashable, Sendable, CustomStringConvertible {
  static let trustDomain = "spiffe://lodestar.local/"
  /// What the registry puts before the name of one who decided before there was a registry: no certificate can be told to have it.
  static let recorded = "recorded:"

  public var name: String

  public init(name: String) { self.name = name }

  /// - Parameter principal: as the registry has it.
  public init(principal: String) {
    if principal.hasPrefix(Self.recorded) {
      name = String(principal.dropFirst(Self.recorded.count))
    } else {
      name = principal.hasPrefix(Self.trustDomain) ? String(principal.dropFirst(Self.trustDomain.count)) : principal
    }
  }

  public var description: String { name }
  /// As the registry keeps one who decided before there was a registry.
  var recordedPrincipal: String { Self.recorded + name }

  /// The URI of the person that is meant; nil when it is none's.
  var person: String? {
    if name.hasPrefix("spiffe://") { return name.contains("/person/") ? name : nil }
    let word = name.hasPrefix("person/") ? String(name.dropFirst(7)) : name
    let isName =
      !word.isEmpty
      && word.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || [0x2D, 0x2E, 0x5F].contains($0)
      }
    return isName ? "\(Self.trustDomain)person/\(word)" : nil
  }

  /// Whether both name the same: "ada" is who "person/ada" is.
  func means(_ other: FilePrincipal) -> Bool { self == other || (person != nil && person == other.person) }
}
