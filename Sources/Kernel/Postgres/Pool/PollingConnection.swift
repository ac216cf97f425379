import Glibc

/// A connection that blocks its thread: for the command line, for provisioning and for tests. Not for services, and for one thread.
public final class PollingConnection {
  private let conversation: Conversation
  private let configuration: DatabaseConfiguration

  /// Connects. Throws `PostgresError` of kind `.unreachable` when there is nobody, or the server refuses.
  public init(_ configuration: DatabaseConfiguration) throws(PostgresError) {
    self.configuration = configuration
    conversation = try Conversation(configuration)
    try wait(until: .now + configuration.connectTimeout, else: PostgresError(.unreachable, "connecting took too long")) {
      !conversation.isConnecting
    }
    if let error = conversation.end { throw error }
  }

  /// Runs one statement and returns its rows.
  @discardableResult
  public func query(_ statement: Statement) throws(PostgresError) -> [Row] {
    try run(.pipeline([statement]))[0].rows
  }

  /// Runs one statement and returns how many rows it affected.
  @discardableResult
  public func execute(_ statement: Statement) throws(PostgresError) -> Int {
    try run(.pipeline([statement]))[0].affectedRows
  }

  /// Runs any number of statements, without binds, as psql would.
  public func runScript(_ sql: String) throws(PostgresError) {
    _ = try run(.script(sql))
  }

  private func run(_ exchange: Exchange) throws(PostgresError) -> [ResultTable] {
    if let error = conversation.end { throw error }
    conversation.begin(exchange)
    try wait(until: nil, else: PostgresError(.deadlineExceeded, "no answer")) { conversation.wait == .done }
    guard let outcome = conversation.takeOutcome() else { throw conversation.end ?? PostgresError(.connectionLost, "no answer") }
    return try outcome.get()
  }

  /// The ten lines that an event loop is replaced by.
  private func wait(until deadline: ContinuousClock.Instant?, else late: PostgresError, _ isOver: () -> Bool) throws(PostgresError)
  {
    while !isOver() {
      let events =
        switch conversation.wait {
        case .read, .done: POLLIN
        case .write: POLLOUT
        case .both: POLLIN | POLLOUT
        }
      let left = deadline.map { ContinuousClock.now.duration(to: $0).wholeMilliseconds }
      guard left != 0 else { throw late }
      var entry = pollfd(fd: conversation.socket, events: Int16(events), revents: 0)
      if unsafe poll(&entry, 1, Int32(left ?? -1)) != 0 { conversation.proceed() }
    }
  }
}
