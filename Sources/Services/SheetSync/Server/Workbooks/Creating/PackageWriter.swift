internal import CZip
internal import Glibc

/// A part of a new package.
struct PackagePart {
  var name: String
  var content: [UInt8]

  init(_ name: String, _ content: [UInt8]) {
    self.name = name
    self.content = content
  }

  init(_ name: String, _ content: String) {
    self.init(name, Array(content.utf8))
  }
}

/// Writes a zip archive from its parts. The same parts always make the same bytes.
enum PackageWriter {
  /// 2026-01-01 00:00 as zip archives write it: one fixed time for all parts.
  private static let dosDate: UInt16 = (2026 - 1980) << 9 | 1 << 5 | 1

  static func write(_ parts: [PackagePart], to output: Descriptor, file: String) throws(WorkbookError) {
    let source = FileSource(input: output.number, inputSize: 0, output: output.number)
    guard let zipSource = unsafe source.makeZipSource() else { throw .overLimit(file, "there is not enough memory to write it") }
    var fault = unsafe zip_error_t()
    unsafe zip_error_init(&fault)
    defer { unsafe zip_error_fini(&fault) }
    guard let handle = unsafe zip_open_from_source(zipSource, ZIP_CREATE | ZIP_TRUNCATE, &fault) else {
      unsafe zip_source_free(zipSource)
      throw unsafe Archive.fault(&fault, file: file, member: nil)
    }
    do throws(WorkbookError) {
      for part in parts { try unsafe add(part, to: handle, file: file) }
    } catch {
      unsafe zip_discard(handle)
      throw error
    }
    guard unsafe zip_close(handle) == 0 else {
      let fault = unsafe Archive.fault(zip_get_error(handle), file: file, member: nil)
      unsafe zip_discard(handle)
      throw source.writeErrno == 0 ? fault : .system(file, doing: "writing it", errno: source.writeErrno)
    }
  }

  private static func add(_ part: PackagePart, to handle: OpaquePointer, file: String) throws(WorkbookError) {
    let count = part.content.count
    // libzip reads the bytes only when it closes the archive, so it gets a copy, which it frees unless there is nothing in it.
    let copy = count > 0 ? unsafe malloc(count) : nil
    guard unsafe copy != nil || count == 0 else { throw .overLimit(file, "there is not enough memory to write it") }
    unsafe part.content.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(start: copy, count: count).copyMemory(from: $0) }
    guard let source = unsafe zip_source_buffer(handle, copy, UInt64(count), 1) else {
      unsafe free(copy)
      throw unsafe Archive.fault(zip_get_error(handle), file: file, member: part.name)
    }
    let member = unsafe zip_file_add(handle, part.name, source, UInt32(ZIP_FL_ENC_UTF_8))
    guard member >= 0 else {
      unsafe zip_source_free(source)
      throw unsafe Archive.fault(zip_get_error(handle), file: file, member: part.name)
    }
    guard unsafe zip_file_set_dostime(handle, UInt64(member), 0, dosDate, 0) == 0 else {
      throw unsafe Archive.fault(zip_get_error(handle), file: file, member: part.name)
    }
  }
}
