import Logging
import Reactor

/// Makes connections for an event loop.
struct Connector: Sendable {
  let configuration: DatabaseConfiguration
  let canceller: Canceller
  let logger: Logger

  /// A conversation on its way from the thread that started it to the loop that goes on with it.
  private struct Started: @unchecked Sendable {
    let conversation: Result<Conversation, PostgresError>
  }

  /// Makes a connection and calls the closure once, later, on the loop. Called on the loop.
  func connect(on loop: EventLoop, _ done: @escaping (Result<LoopConnection, PostgresError>) -> Void) {
    // The closure stays on the loop: it only passes through other threads.
    nonisolated(unsafe) let done = done
    let goOn: @Sendable (Started) -> Void = { started in
      switch started.conversation {
      case .failure(let error): unsafe done(.failure(error))
      case .success(let conversation):
        let connection = LoopConnection(conversation, on: loop, configuration, canceller, logger)
        connection.connect { error in unsafe done(error.map { .failure($0) } ?? .success(connection)) }
      }
    }
    let start: @Sendable () -> Void = {
      let started = Started(conversation: Result { () throws(PostgresError) in try Conversation(configuration) })
      loop.execute { goOn(started) }
    }
    if configuration.needsNameResolution { BlockingThread.run(start) } else { start() }
  }
}
