import Glibc
import Synchronization

/// Ctrl-C, and whoever else asks the command to end: the first time it ends once it has finished what it is at, the second time at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)

  static var isAsked: Bool { requests.load(ordering: .relaxed) > 0 }

  /// From here on the command ends itself.
  static func listen() {
    // Touched here for the first time, as nothing may be set up inside of a handler.
    requests.store(0, ordering: .relaxed)
    // Whoever started this program may have held these signals back for children, too.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&signals, number)
      signal(number) { _ in
        if Interruption.requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
      }
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
