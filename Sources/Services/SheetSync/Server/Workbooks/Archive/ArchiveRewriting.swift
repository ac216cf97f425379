internal import CZip
internal import Glibc

/// A member's new content.
struct Replacement {
  var member: ArchiveMember
  /// Holds the new bytes from its start on.
  var content: Descriptor
  var size: Int64
}

extension Archive {
  /// Speed over size: level 6 takes three times as long for a tenth off a sheet, and the highest, libzip's own choice, five times as
  /// long as that for a few per cent more.
  private static let compressionLevel: UInt32 = 3

  /// Writes the archive anew with some members replaced. All others are copied as they are compressed, in the same order and
  /// with the same times and attributes, and the replaced ones keep their places, times and attributes too.
  static func rewrite(
    _ input: Descriptor, size: Int64, replacing replacements: [Replacement], to output: Descriptor, file: String
  ) throws(WorkbookError) {
    let source = FileSource(input: input.number, inputSize: size, output: output.number)
    let handle = try unsafe open(source, file: file)
    do throws(WorkbookError) {
      for replacement in replacements { try unsafe replace(replacement, in: handle, file: file) }
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

  private static func replace(_ replacement: Replacement, in handle: OpaquePointer, file: String) throws(WorkbookError) {
    let index = replacement.member.index
    let content = FileSource(input: replacement.content.number, inputSize: replacement.size)
    guard let source = unsafe content.makeZipSource() else { throw .overLimit(file, "there is not enough memory to write it") }
    guard unsafe zip_file_replace(handle, index, source, 0) == 0 else {
      unsafe zip_source_free(source)
      throw unsafe fault(zip_get_error(handle), file: file, member: replacement.member.name)
    }
    // The default method is deflate. Asking for deflate by name where it is used already makes libzip forget the level.
    guard unsafe zip_set_file_compression(handle, index, ZIP_CM_DEFAULT, compressionLevel) == 0,
      unsafe zip_file_set_mtime(handle, index, replacement.member.modifiedAt, 0) == 0
    else { throw unsafe fault(zip_get_error(handle), file: file, member: replacement.member.name) }
  }
}
