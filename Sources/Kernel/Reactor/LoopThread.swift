import CLinux
import Glibc

/// The operating system's side of an event loop: its thread, and how a thread knows whose loop it runs.
enum LoopThread {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let made = unsafe pthread_key_create(&key, nil)
    precondition(made == 0, "no thread-local key left for the event loops")
    return key
  }()

  static var current: EventLoop? {
    guard let pointer = unsafe pthread_getspecific(key) else { return nil }
    return unsafe Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// From now on the thread counts as the loop's. Its stack holds the loop until `leave()`, so the pointer need not.
  static func become(_ loop: EventLoop) {
    unsafe pthread_setspecific(key, Unmanaged.passUnretained(loop).toOpaque())
  }

  /// Fits the thread out as one of ours.
  static func dress(name: String) {
    unsafe clinux_name_this_thread(name)
    blockSignals()
  }

  static func leave() {
    pthread_setspecific(key, nil)
  }

  /// Starts a thread that runs the loop until it is stopped.
  static func start(_ loop: EventLoop) -> pthread_t {
    var thread = pthread_t()
    let started = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(loop).toOpaque())
    precondition(started == 0, "no thread left for an event loop: error \(started)")
    return thread
  }

  /// Signals are for the threads that wait for them; those a faulty instruction raises stay with the thread that ran it.
  private static func blockSignals() {
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGPROF] { unsafe sigdelset(&signals, fault) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
