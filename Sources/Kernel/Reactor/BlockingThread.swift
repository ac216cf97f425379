import Glibc

/// A thread for one call that blocks and cannot be made not to. Never for work in numbers.
public enum BlockingThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs the body on a new thread that ends with it. When the system has no thread left the body runs here.
  public static func run(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(Body(body))
    let started = unsafe pthread_create(
      &thread, nil,
      { pointer in
        if let pointer = unsafe pointer { unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    guard started == 0 else {
      unsafe argument.takeRetainedValue().run()
      return
    }
    pthread_detach(thread)
  }
}
