import CLibPQ

/// Follows a COPY … FROM STDIN: the server's readiness, the rows in pieces, the count.
struct CopyProgress {
  private enum Stage {
    case awaitingReadiness, sending, closing
  }

  /// What is handed to libpq at a time, so that its own buffer stays small while the server reads.
  private static let chunkBytes = 64 << 10

  private let rows: [UInt8]
  private var offset = 0
  private var stage = Stage.awaitingReadiness
  private(set) var outcome = Outcome()

  init(rows: [UInt8]) {
    self.rows = rows
  }

  /// Rows are due: libpq must not be asked for results, it would answer "go on" again and again.
  var isSending: Bool { stage == .sending }

  enum Sent {
    case all, blocked, lost
  }

  /// Hands rows to libpq until all are, or the socket takes no more for now.
  mutating func send(_ handle: borrowing ConnectionHandle) -> Sent {
    while offset < rows.count {
      let count = min(Self.chunkBytes, rows.count - offset)
      let taken = unsafe rows.withUnsafeBytes { bytes in
        unsafe PQputCopyData(handle.raw, bytes.baseAddress!.advanced(by: offset).assumingMemoryBound(to: CChar.self), Int32(count))
      }
      guard taken == 1 else { return taken == 0 ? .blocked : .lost }
      offset += count
      let left = unsafe PQflush(handle.raw)
      guard left == 0 else { return left == 1 ? .blocked : .lost }
    }
    let ended = unsafe PQputCopyEnd(handle.raw, nil)
    guard ended == 1 else { return ended == 0 ? .blocked : .lost }
    stage = .closing
    return .all
  }

  /// Takes the next result. Returns whether the COPY is over; throws when the connection cannot be used further.
  mutating func receive(_ received: Received) throws(PostgresError) -> Bool {
    switch received {
    case .copyIn: stage = .sending
    case .done(let table): outcome.tables.append(table)
    case .failed(let error): outcome.error = outcome.error ?? error
    case .unusable(let error): throw outcome.error.map(\.asLoss) ?? error
    case .end: return true
    case .skipped, .synced: throw PostgresError(.connectionLost, "the server's answers are out of step")
    }
    return false
  }
}
