internal import CZip
internal import Glibc

/// libzip's view of a file descriptor: reads come from one file, and what libzip writes on closing goes to another, so that the
/// original is never touched and the caller decides when and how the new file takes its place.
///
/// Retained by the zip source that is made of it, and let go when libzip frees that.
@safe final class FileSource {
  /// How much is gathered before it is written; libzip writes in small pieces.
  private static let bufferSize = 1 << 18

  private let input: Int32
  private let inputSize: Int64
  private let output: Int32?
  private var readPosition: Int64 = 0
  private var writePosition: Int64 = 0
  private var writtenSize: Int64 = 0
  private var pending: [UInt8] = []
  private var fault = unsafe zip_error_t()
  /// The errno of a write that failed, because libzip's own error forgets it on some paths.
  private(set) var writeErrno: Int32 = 0

  /// Both descriptors belong to the caller, who keeps them open for as long as the archive is.
  init(input: Int32, inputSize: Int64, output: Int32? = nil) {
    self.input = input
    self.inputSize = inputSize
    self.output = output
    unsafe zip_error_init(&fault)
  }

  /// Makes a zip source that keeps this object alive until libzip frees it.
  func makeZipSource() -> OpaquePointer? {
    let retained = unsafe Unmanaged.passRetained(self)
    guard let source = unsafe zip_source_function_create(answerZipSource, retained.toOpaque(), nil) else {
      unsafe retained.release()
      return nil
    }
    return unsafe source
  }

  fileprivate func answer(_ command: zip_source_cmd_t, data: UnsafeMutableRawPointer?, length: UInt64) -> Int64 {
    switch command {
    case ZIP_SOURCE_SUPPORTS: return supported
    case ZIP_SOURCE_OPEN:
      readPosition = 0
      return 0
    case ZIP_SOURCE_CLOSE: return 0
    case ZIP_SOURCE_READ: return unsafe read(into: data, count: Int(clamping: length))
    case ZIP_SOURCE_STAT: return unsafe describe(into: data)
    case ZIP_SOURCE_ERROR: return unsafe zip_error_to_data(&fault, data, length)
    case ZIP_SOURCE_SEEK:
      let offset = unsafe zip_source_seek_compute_offset(UInt64(readPosition), UInt64(inputSize), data, length, &fault)
      guard offset >= 0 else { return -1 }
      readPosition = offset
      return 0
    case ZIP_SOURCE_TELL: return readPosition
    case ZIP_SOURCE_BEGIN_WRITE: return output == nil ? fail(ZIP_ER_RDONLY, 0) : 0
    case ZIP_SOURCE_WRITE: return unsafe write(data, count: Int(clamping: length))
    case ZIP_SOURCE_SEEK_WRITE:
      guard flush() else { return -1 }
      let offset = unsafe zip_source_seek_compute_offset(UInt64(writePosition), UInt64(writtenSize), data, length, &fault)
      guard offset >= 0 else { return -1 }
      writePosition = offset
      return 0
    case ZIP_SOURCE_TELL_WRITE: return writePosition + Int64(pending.count)
    case ZIP_SOURCE_COMMIT_WRITE: return flush() ? 0 : -1
    case ZIP_SOURCE_ROLLBACK_WRITE:
      pending.removeAll()
      return 0
    case ZIP_SOURCE_FREE: return 0
    default: return fail(ZIP_ER_OPNOTSUPP, 0)
    }
  }

  private var supported: Int64 {
    let reading = [
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK,
      ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
    ]
    let writing = [
      ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE,
      ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE,
    ]
    return (output == nil ? reading : reading + writing).reduce(0) { $0 | (1 << Int64($1.rawValue)) }
  }

  private func describe(into data: UnsafeMutableRawPointer?) -> Int64 {
    guard let stat = unsafe data?.assumingMemoryBound(to: zip_stat_t.self) else { return fail(ZIP_ER_INVAL, 0) }
    unsafe zip_stat_init(stat)
    unsafe stat.pointee.valid = UInt64(ZIP_STAT_SIZE)
    unsafe stat.pointee.size = UInt64(inputSize)
    return unsafe Int64(MemoryLayout<zip_stat_t>.size)
  }

  private func read(into data: UnsafeMutableRawPointer?, count: Int) -> Int64 {
    let wanted = min(count, Int(inputSize - readPosition))
    guard wanted > 0 else { return 0 }
    while true {
      let got = unsafe pread(input, data, wanted, off_t(readPosition))
      if got < 0 {
        if errno == EINTR { continue }
        return fail(ZIP_ER_READ, errno)
      }
      readPosition += Int64(got)
      return Int64(got)
    }
  }

  private func write(_ data: UnsafeMutableRawPointer?, count: Int) -> Int64 {
    unsafe pending.append(contentsOf: UnsafeRawBufferPointer(start: data, count: count))
    if pending.count >= Self.bufferSize, !flush() { return -1 }
    return Int64(count)
  }

  private func flush() -> Bool {
    guard let output, !pending.isEmpty else { return true }
    do throws(SystemFault) {
      try writeAll(pending[...], to: output, at: writePosition)
    } catch {
      writeErrno = error.code
      return fail(ZIP_ER_WRITE, error.code) == 0
    }
    writePosition += Int64(pending.count)
    writtenSize = max(writtenSize, writePosition)
    pending.removeAll(keepingCapacity: true)
    return true
  }

  private func fail(_ code: Int32, _ system: Int32) -> Int64 {
    unsafe zip_error_set(&fault, code, system)
    return -1
  }
}

private func answerZipSource(
  _ state: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: UInt64, _ command: zip_source_cmd_t
) -> Int64 {
  guard let state = unsafe state else { return -1 }
  let reference = unsafe Unmanaged<FileSource>.fromOpaque(state)
  let result = unsafe reference._withUnsafeGuaranteedRef { unsafe $0.answer(command, data: data, length: length) }
  if command == ZIP_SOURCE_FREE { unsafe reference.release() }
  return result
}
