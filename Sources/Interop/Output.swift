import Glibc

/// Lines that go out at once, unlike `print`'s: whoever started a server waits for its first.
enum Output {
  /// On standard output.
  static func say(_ line: String) { put(line, on: STDOUT_FILENO) }

  /// On standard error.
  static func complain(_ line: String) { put(line, on: STDERR_FILENO) }

  private static func put(_ line: String, on descriptor: Int32) {
    var rest = Array("\(line)\n".utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      // A reader that is gone misses the line, which is no reason to fail.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
