import Logging
import MetricGovernanceDomain
import Postgres

/// Brings what was counted into the database, about every second; while that is away the journals grow.
actor UsageWriter {
  static let pause = Duration.seconds(1)
  /// Seconds between writings of active versions' uses, and how many different ones make it sooner.
  static let activePauseSeconds = 10
  static let mostActive = 50_000
  static let takeOverPauseSeconds = 30
  static let tellingPauseSeconds = 60
  static let piecesPerFlush = 64

  private let database: Database
  private let counter: UsageCounter
  private let logger: Logger
  /// In memory only; tried again under its number until it is known to be written.
  private var pending: UsageFlush.Batch?
  private var batchNumber: Int64 = 0
  private let batchJournal = "memory-\(UInt64.random(in: 1 << 60 ... .max))"
  /// How far each journal is counted.
  private var counted: [String: Int] = [:]
  private var forgotten: [String] = []
  private var isAway = false

  init(database: Database, counter: UsageCounter, logger: Logger) {
    self.database = database
    self.counter = counter
    self.logger = logger
  }

  /// Ends when the task is cancelled.
  func run() async {
    var seconds = 0
    while (try? await Task.sleep(for: Self.pause)) != nil {
      seconds += 1
      if seconds.isMultiple(of: Self.takeOverPauseSeconds) { counter.journal.takeOverLeftovers() }
      let withActive = seconds.isMultiple(of: Self.activePauseSeconds) || counter.activeCount >= Self.mostActive
      do {
        let hasWritten = try await write(withActive: withActive)
        if hasWritten || seconds.isMultiple(of: Self.tellingPauseSeconds) { try await tell() }
        isAway = false
      } catch {
        if Task.isCancelled { return }
        if !isAway { logger.warning("uses wait to be written to the database", metadata: ["error": "\(error)"]) }
        isAway = true
      }
    }
  }

  /// The last writing of a process that ends in order; leaves no file behind when everything is counted.
  func finish() async {
    do {
      while try await write(withActive: true) {}
      try await tell()
      if let current = counter.journal.pieces(atMost: 0).last?.segment,
        counter.journal.close(countedTo: counted[current.id] ?? JournalSegment.begin)
      {
        forgotten.append(current.id)
      }
      try await database.execute("DELETE FROM usage_journal WHERE journal = ANY(\(forgotten + [batchJournal]))")
    } catch {
      logger.warning(
        "uses stay in the journal for the next instance", metadata: ["folder": "\(counter.journal.folder)", "error": "\(error)"])
    }
  }

  /// Answers whether there was anything to write.
  @discardableResult
  func write(withActive: Bool) async throws -> Bool {
    collect(withActive: withActive)
    let pieces = counter.journal.pieces(atMost: Self.piecesPerFlush).filter {
      $0.isClosed || $0.end > counted[$0.segment.id] ?? JournalSegment.begin
    }
    guard !pieces.isEmpty || pending != nil else { return false }
    let flush = UsageFlush(pieces: pieces, batch: pending, forgotten: forgotten)
    try await database.transaction(deadline: .now.advanced(by: .seconds(60))) { try await flush.run(in: $0) }
    pending = nil
    forgotten = []
    for piece in pieces {
      counted[piece.segment.id] = piece.end
      if piece.isClosed, piece.end == piece.segment.end {
        counter.journal.forget(piece.segment)
        counted[piece.segment.id] = nil
        forgotten.append(piece.segment.id)
      }
    }
    return true
  }

  private func collect(withActive: Bool) {
    guard pending == nil else { return }
    let unwritten = counter.journal.takeUnwritten()
    let active = withActive ? counter.takeActive() : UseTally()
    guard !unwritten.isEmpty || !active.isEmpty else { return }
    batchNumber += 1
    pending = UsageFlush.Batch(journal: batchJournal, number: batchNumber, uses: active.uses, untold: unwritten.uses)
  }

  func tell() async throws {
    guard try await UsageTelling.isDue(database) else { return }
    try await database.transaction(deadline: .now.advanced(by: .seconds(30))) { try await UsageTelling.run(in: $0) }
  }
}
