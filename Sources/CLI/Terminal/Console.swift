import Glibc

/// Where the command writes: its answer on standard output, everything about the way there on standard error.
struct Console: Sendable {
  let style: Style
  let errorStyle: Style
  /// The terminal's columns; nil when the output goes elsewhere.
  let width: Int?
  /// Whether a line of progress can be drawn over.
  let isLive: Bool

  static func current(environment: [String: String]) -> Console {
    Console(
      style: .suiting(fileDescriptor: STDOUT_FILENO, environment: environment),
      errorStyle: .suiting(fileDescriptor: STDERR_FILENO, environment: environment),
      width: columns(of: STDOUT_FILENO), isLive: isatty(STDERR_FILENO) == 1)
  }

  func show(_ line: String = "") { Self.write(line + "\n", to: STDOUT_FILENO) }
  func show(_ lines: [String]) { show(lines.joined(separator: "\n")) }
  func show(_ table: Table, indent: String = "") {
    show(table.lines(self, indent: indent))
  }

  func tell(_ line: String) { Self.write(line + "\n", to: STDERR_FILENO) }
  func draw(_ text: String) { Self.write(text, to: STDERR_FILENO) }

  /// Writes it all; a reader that has gone away (`| head`) is no error of ours.
  private static func write(_ text: String, to fileDescriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(fileDescriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func columns(of fileDescriptor: Int32) -> Int? {
    guard isatty(fileDescriptor) == 1 else { return nil }
    var size = winsize()
    guard unsafe ioctl(fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
