/// One sequence of bytes for equal contents, and another for any other: each field follows its own length, so that no text can pretend to
/// be two. What approvals are bound to is the hash of these bytes; to change their order would void every approval there is.
extension VersionContent {
  public var canonicalForm: [UInt8] {
    var form = CanonicalBytes()
    form.append("lodestar.metrics.content.1")
    form.append(definition)
    form.append(edgeCases.onZeroDenominator?.rawValue ?? "")
    form.append(edgeCases.currency?.rawValue ?? "")
    form.append(count: edgeCases.notes.count)
    for note in edgeCases.notes { form.append(note) }
    form.append(dbtModel)
    form.append(relation)
    form.append(count: columns.count)
    for column in columns {
      form.append(column.name)
      form.append(column.type)
      form.append(column.constant)
    }
    form.append(migrationGuide)
    return form.bytes
  }
}

private struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  /// In eight bytes, the most significant first.
  mutating func append(count: Int) {
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }

  mutating func append(_ text: String) {
    append(count: text.utf8.count)
    bytes += text.utf8
  }
}

/// A content together with its hash, so that no rule has to know how it is computed.
public struct HashedContent: Equatable, Sendable {
  public let content: VersionContent
  /// SHA-256 of the canonical form, 32 bytes.
  public let hash: [UInt8]

  /// - Parameter digest: SHA-256, which a domain does not have.
  public init(_ content: VersionContent, digest: ([UInt8]) -> [UInt8]) {
    self.content = content
    hash = digest(content.canonicalForm)
  }
}
