import Glibc

/// A service's log, read from its end.
struct LogFile {
  /// How much of the end is looked at.
  static let window = 256 << 10

  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// The last lines that end within the window; none when there is no log.
  func lastLines(_ count: Int) -> [String] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    let start = max(0, size - off_t(Self.window))
    var lines = Self.read(descriptor, from: start).split(separator: "\n").map(String.init)
    if start > 0 && !lines.isEmpty { lines.removeFirst() }  // Its beginning is outside the window.
    return Array(lines.suffix(count))
  }

  /// What was written since a place in the file, with the new place; a file that shrank is read from its beginning.
  func lines(since place: Int) -> (lines: [String], place: Int) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return ([], 0) }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    let start = size < place ? 0 : place
    let text = Self.read(descriptor, from: off_t(start))
    guard let end = text.lastIndex(of: "\n") else { return ([], start) }
    let whole = text[...end]
    return (whole.split(separator: "\n").map(String.init), start + whole.utf8.count)
  }

  var size: Int {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    return Int(lseek(descriptor, 0, SEEK_END))
  }

  private static func read(_ descriptor: Int32, from start: off_t) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let place = start + off_t(bytes.count)
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, place) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
