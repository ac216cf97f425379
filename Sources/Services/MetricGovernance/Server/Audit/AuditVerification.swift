import Cryptography
import Ledger
import Postgres
import Reactor

/// Reads the whole chain from the database and verifies it, a batch at a time: while one is hashed, the next is on its way.
struct AuditVerification: Sendable {
  /// How much of the trail is in memory at a time, about.
  static let batchBytes = 4 << 20
  static let longestBatch = 10_000

  let database: Database

  /// What the chain comes to, with the checkpoints of the table and those given. Hashing a million events takes a while.
  func verdict(checkpoints: [Checkpoint], deadline: ContinuousClock.Instant?) async throws -> ChainVerdict {
    try await awayFromLoops { try await readAndVerify(checkpoints: checkpoints, deadline: deadline) }
  }

  private func readAndVerify(checkpoints: [Checkpoint], deadline: ContinuousClock.Instant?) async throws -> ChainVerdict {
    // One snapshot: what is appended meanwhile is not part of it.
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      let kept = try await transaction.fetch(KeptCheckpoints())
      var chain = ChainVerification(.auditEvent, checkpoints: kept + checkpoints)
      var limit = 256
      var rows = try await transaction.query(AuditEventsInOrder(after: .min, limit: limit).statement)
      while let last = rows.last, !chain.isDecided {
        let next = AuditEventsInOrder(after: try last.decode(0), limit: limit)
        async let following = transaction.query(next.statement)
        let bytes = try Self.take(rows, into: &chain)
        limit = max(16, min(Self.longestBatch, Self.batchBytes / max(1, bytes / rows.count)))
        rows = try await following
      }
      return chain.finish()
    }
  }

  /// Hands the rows' fields over as they lie in the result; answers how many bytes they have.
  private static func take(_ rows: [Row], into chain: inout ChainVerification) throws -> Int {
    var bytes = 0
    for row in rows {
      try chain.take(seq: row.decode(0), previous: row.decode(12), hash: row.decode(13)) { form in
        for column in 1...11 {
          switch column {
          case 4, 11: form.append(try row.decode(column, as: Int64.self))
          default:
            try row.withBytes(column) { value in
              bytes += value.count
              form.append(value)
            }
          }
        }
      }
      bytes += 128
    }
    return bytes
  }
}

/// The checkpoints that were taken here.
struct KeptCheckpoints: Query {
  var statement: Statement { "SELECT seq, hash FROM audit_checkpoint ORDER BY seq" }

  static func decode(_ row: Row) throws -> Checkpoint { try Checkpoint(row) }
}

/// Keeps where the chain ends now; no row while it is empty.
struct TakeNewestCheckpoint: Query {
  struct Taken: Sendable {
    var checkpoint: Checkpoint
    var at: TimestampMicroseconds
  }

  var statement: Statement {
    """
    WITH newest AS (SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1),
    taken AS (
      INSERT INTO audit_checkpoint (seq, hash, taken_at) SELECT seq, hash, governance_now() FROM newest
      ON CONFLICT (seq) DO NOTHING RETURNING seq, hash, taken_at
    )
    SELECT seq, hash, taken_at FROM taken
    UNION ALL SELECT kept.seq, kept.hash, kept.taken_at FROM audit_checkpoint AS kept JOIN newest ON newest.seq = kept.seq
    """
  }

  static func decode(_ row: Row) throws -> Taken { Taken(checkpoint: try Checkpoint(row), at: try row.decode("taken_at")) }
}
