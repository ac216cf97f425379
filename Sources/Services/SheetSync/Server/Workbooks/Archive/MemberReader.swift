internal import CZip

/// Inflates one member of an archive piece by piece, within its limits.
@safe struct MemberReader: ~Copyable {
  let member: ArchiveMember
  private let stream: OpaquePointer
  private let limit: Int
  private let file: String
  private var inflated = 0

  init(stream: OpaquePointer, member: ArchiveMember, limit: Int, file: String) {
    unsafe self.stream = unsafe stream
    self.member = member
    self.limit = limit
    self.file = file
  }

  deinit { unsafe zip_fclose(stream) }

  /// Puts the next bytes into the buffer; 0 at the end, after the checksum was found right.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(WorkbookError) -> Int {
    let count = unsafe zip_fread(stream, buffer.baseAddress, UInt64(buffer.count))
    guard count >= 0 else { throw unsafe Archive.fault(zip_file_get_error(stream), file: file, member: member.name) }
    inflated += Int(count)
    if inflated > limit {
      throw .overLimit(file, "its part \"\(member.name)\" is larger than the \(limit >> 20) MiB that are accepted")
    }
    if inflated > ArchiveLimits.harmlessBytes, UInt64(inflated) > member.compressedSize &* UInt64(ArchiveLimits.ratio) {
      throw .overLimit(file, "its part \"\(member.name)\" unpacks to more than \(ArchiveLimits.ratio) times its size")
    }
    return Int(count)
  }
}
