import Glibc

/// Time that only goes forward, for measuring how old something is; read without a system call, and good to some milliseconds.
enum SteadyTime {
  /// Microseconds since the machine started.
  static func now() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
