/// How an initiative is thought to work: a change of one metric moves the next.
public struct MetricChain: Equatable, Sendable {
  public struct Edge: Hashable, Sendable {
    public var from: String
    public var to: String

    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// In the order in which they were typed first; each once, however it is spelt.
  public var nodes: [String]
  /// In the order typed, each once; both ends are nodes.
  public var edges: [Edge]

  public init(nodes: [String], edges: [Edge]) {
    self.nodes = nodes
    self.edges = edges
  }

  /// Whether both say the same, in whatever order and spelling.
  public func isSame(as other: MetricChain) -> Bool { identity == other.identity }

  private var identity: Identity {
    Identity(nodes: Set(nodes.map { NormalKey($0) }), edges: Set(edges.map { [NormalKey($0.from), NormalKey($0.to)] }))
  }

  private struct Identity: Equatable {
    var nodes: Set<NormalKey>
    var edges: Set<[NormalKey]>
  }

  /// As people could type it: a line for each edge, and one for each metric that has none.
  public var text: String {
    var ends: Set<NormalKey> = []
    for edge in edges { ends.formUnion([NormalKey(edge.from), NormalKey(edge.to)]) }
    let lone = nodes.filter { !ends.contains(NormalKey($0)) }
    return (edges.map { "\($0.from) -> \($0.to)" } + lone).joined(separator: "\n")
  }
}

/// A place in a chain's text; both count from 1, columns in characters.
public struct ChainPlace: Equatable, Sendable, CustomStringConvertible {
  public var line: Int
  public var column: Int

  public var description: String { "line \(line), column \(column)" }
}

/// Something about a chain that is probably not meant.
public struct ChainFinding: Equatable, Sendable {
  public enum Kind: String, Sendable {
    case unknownMetric = "unknown_metric"
    /// What stands there cannot be a metric's name.
    case badMetric = "bad_metric"
    /// An arrow has nothing before or behind it.
    case missingMetric = "missing_metric"
    /// A metric that no arrow joins to another.
    case loneMetric = "lone_metric"
    case selfLoop = "self_loop"
    case duplicateEdge = "duplicate_edge"
    case cycle = "chain_cycle"
  }

  public var kind: Kind
  public var place: ChainPlace
  /// A sentence that begins with the place.
  public var message: String

  init(_ kind: Kind, at place: ChainPlace, _ message: String) {
    self.kind = kind
    self.place = place
    self.message = "\(place): \(message)"
  }
}
