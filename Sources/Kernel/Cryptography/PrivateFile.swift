import Glibc

/// Files that nobody but their owner may read.
public enum PrivateFile {
  /// The largest file that is read: far more than any chain of certificates.
  static let largestBytes = 1 << 20

  /// Writes the file whole or not at all, readable for its owner alone from its first byte on: to a new file beside it, then renamed.
  public static func write(_ bytes: [UInt8], to path: String) throws(TLSError) {
    let temporary = "\(path).\(getpid()).new"
    unsafe unlink(temporary)
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw refusal("written", path) }
    var failure = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0 ? 0 : errno
    close(descriptor)
    if failure == 0, unsafe rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unsafe unlink(temporary)
      errno = failure
      throw refusal("written", path)
    }
  }

  /// The whole file. A pipe that nobody has written to is not waited for.
  public static func read(_ path: String) throws(TLSError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal("read", path) }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw refusal("read", path) }
      guard count > 0 else { return all }
      all += chunk[..<count]
      guard all.count <= largestBytes else { throw TLSError("\(path) is too large for a certificate or a key") }
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func refusal(_ what: String, _ path: String) -> TLSError {
    TLSError("\(path) cannot be \(what): \(unsafe String(cString: strerror(errno)))")
  }
}
