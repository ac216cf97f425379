import Glibc
import Reactor

/// SIGTERM and SIGINT, which end a server.
enum EndSignal {
  private static var set: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    unsafe sigaddset(&set, SIGINT)
    return set
  }

  /// Keeps them from ending the program; before its first thread, as threads inherit it.
  static func block() {
    var set = set
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Lets them end the program again: the client waits for none.
  static func unblock() {
    var set = set
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Returns when one has come.
  static func arrival() async {
    await withCheckedContinuation { continuation in
      BlockingThread.run {
        var set = set
        var number: Int32 = 0
        unsafe sigwait(&set, &number)
        continuation.resume()
      }
    }
  }
}
