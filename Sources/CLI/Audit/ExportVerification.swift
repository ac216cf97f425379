import Cryptography
import Ledger
import Messages

/// Verifies an export without any service or database: from the file alone, and from checkpoints that were kept elsewhere.
enum ExportVerification {
  static func verdict(on path: String, checkpoints: [AuditCheckpoint]) throws -> ChainVerdict {
    let checkpoints = checkpoints.compactMap { checkpoint in
      SHA256Digest(hex: checkpoint.hash).map { Checkpoint(seq: checkpoint.seq, hash: $0) }
    }
    var chain = ChainVerification(AuditExport.layout, checkpoints: checkpoints)
    var lines = try LinesOfFile(path)
    var line = ExportedLine()
    var number = 0
    while !chain.isDecided {
      let hasLine = try lines.next { bytes in
        number += 1
        do throws(ExportedLineError) {
          try line.read(bytes)
        } catch {
          throw Failure(
            .refused, "\(path), line \(number) \(error.message)", mend: "export the trail again with `lodestar audit export`")
        }
        chain.take(seq: line.seq, previous: line.previous, hash: line.hash) { line.appendFields(of: bytes, to: &$0) }
      }
      if !hasLine { break }
    }
    return chain.finish()
  }
}
