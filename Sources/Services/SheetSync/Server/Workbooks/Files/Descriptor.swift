internal import Glibc

/// A system call that failed.
struct SystemFault: Error {
  var code: Int32
}

/// An open file, closed when it goes out of use.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit { close(number) }

  /// Opens without following the last component's symbolic link where `flags` say so; never inherited by child processes.
  static func open(_ path: String, flags: Int32, mode: mode_t = 0) throws(SystemFault) -> Descriptor {
    let number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemFault(code: errno) }
    return Descriptor(number)
  }

  /// What the system knows of the open file.
  func status() throws(SystemFault) -> stat {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw SystemFault(code: errno) }
    return status
  }
}

/// Writes all bytes at an offset, or throws.
func writeAll(_ bytes: ArraySlice<UInt8>, to file: Int32, at offset: Int64) throws(SystemFault) {
  let failure: Int32 = unsafe bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let count = unsafe pwrite(file, buffer.baseAddress! + written, buffer.count - written, off_t(offset) + off_t(written))
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      written += count
    }
    return 0
  }
  guard failure == 0 else { throw SystemFault(code: failure) }
}

/// `O_TMPFILE`, a macro that Swift does not import.
private let tmpfileFlag: Int32 = 0o20_000_000 | O_DIRECTORY

/// A file without a name in a folder, for bytes on their way; gone when closed.
func openSpool(inFolder folder: String) throws(SystemFault) -> Descriptor {
  let number = unsafe open(folder, tmpfileFlag | O_RDWR | O_CLOEXEC, 0o600)
  if number >= 0 { return Descriptor(number) }
  // Not every file system can make a nameless file.
  var template = Array("\(folder)/.lodestar-spool-XXXXXX".utf8CString)
  let named = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
  guard named >= 0 else { throw SystemFault(code: errno) }
  _ = fcntl(named, F_SETFD, FD_CLOEXEC)
  _ = unsafe template.withUnsafeBufferPointer { unsafe unlink($0.baseAddress!) }
  return Descriptor(named)
}
