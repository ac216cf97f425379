public import Cryptography
import Ledger
public import Postgres

/// Where the chain ends; no row while it is empty.
struct NewestAuditEvent: Query {
  var statement: Statement { "SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1" }

  static func decode(_ row: Row) throws -> Checkpoint { try Checkpoint(row) }
}

extension Checkpoint {
  /// Reads the columns seq and hash.
  init(_ row: Row) throws {
    self.init(seq: try row.decode("seq"), hash: try row.decode("hash", as: SHA256Digest.self))
  }
}

extension SHA256Digest: PostgresDecodable {
  /// Reads a `bytea` of 32 bytes.
  public init(postgres bytes: Span<UInt8>, type: PostgresType) throws(PostgresError) {
    guard type == .bytea, let digest = SHA256Digest(bytes) else {
      throw PostgresError(.decoding, "is \(type) of \(bytes.count) bytes, which is no SHA-256")
    }
    self = digest
  }
}
