import Glibc
import Reactor

/// Appends each notification to a file, a line of JSON each, on the disk before it counts as delivered. A line is never written twice
/// unless the process died between its writing and its recording, and more than `searched` bytes came behind it since.
struct FileSink: NotificationSink {
  /// How much of the file's end is searched for a notification that may stand there already.
  static let searched = 1 << 20

  let channel = NotificationChannel.file
  let path: String

  func send(_ notification: OutgoingNotification) async -> SendOutcome {
    let path = path
    return await withCheckedContinuation { continuation in
      BlockingThread.run { continuation.resume(returning: Self.append(notification, to: path)) }
    }
  }

  private static func append(_ notification: OutgoingNotification, to path: String) -> SendOutcome {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { return failed("cannot be opened", path) }
    defer { close(descriptor) }
    // Several instances may share the file.
    guard flock(descriptor, LOCK_EX) == 0 else { return failed("cannot be locked", path) }
    guard let end = ending(of: descriptor) else { return failed("cannot be read", path) }
    if notification.mayHaveBeenSent, contains(end, notification.key) { return .delivered }
    // A line that a crash left unfinished ends here, so that ours is one of its own.
    let isBroken = end.last.map { $0 != UInt8(ascii: "\n") } ?? false
    let line = Array(((isBroken ? "\n" : "") + notification.payload + "\n").utf8)
    var written = 0
    while written < line.count {
      let count = unsafe line.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + written, line.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return failed("cannot be written", path) }
      written += count
    }
    guard fsync(descriptor) == 0 else { return failed("cannot be written to the disk", path) }
    return .delivered
  }

  private static func failed(_ what: String, _ path: String) -> SendOutcome {
    .failed(reason: "\(path) \(what): \(SocketError.text(of: errno))", after: nil)
  }

  private static func ending(of descriptor: Int32) -> [UInt8]? {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { return nil }
    let start = max(0, size - searched)
    var bytes = [UInt8](repeating: 0, count: size - start)
    let count = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe room.baseAddress.map { unsafe pread(descriptor, $0, room.count, start) } ?? 0
    }
    return count == bytes.count ? bytes : nil
  }

  private static func contains(_ bytes: [UInt8], _ key: String) -> Bool {
    let quoted = Array("\"\(key)\"".utf8)
    guard bytes.count >= quoted.count else { return false }
    return (0...bytes.count - quoted.count).contains { start in
      bytes[start] == quoted[0] && bytes[start..<start + quoted.count].elementsEqual(quoted)
    }
  }
}
