import CZlib

/// gzip (RFC 1952) over whole pieces of memory, through zlib.
public enum Gzip {
  /// Fast rather than small: what travels inside a data centre gains little from the slower levels.
  private static let level: Int32 = 1
  /// zlib's largest window, and gzip's header around the deflated bytes.
  private static let windowBits: Int32 = 15 + 16
  private static let memoryLevel: Int32 = 8
  /// What inflation sets aside at once, however much the limit allows: a lie about the size must not cost memory.
  private static let largestStep = 256 << 10

  /// Appends the compressed form of the bytes.
  public static func compress(_ bytes: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]) {
    var stream = unsafe z_stream()
    let begun = unsafe deflateInit2_(
      &stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(begun == Z_OK, "zlib has no memory to compress with")
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    unsafe stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.avail_in = UInt32(bytes.count)
    let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      unsafe stream.next_out = room.baseAddress
      unsafe stream.avail_out = UInt32(room.count)
      let done = unsafe deflate(&stream, Z_FINISH)
      precondition(done == Z_STREAM_END, "zlib needed more room than it had said")
      unsafe count = room.count - Int(stream.avail_out)
    }
    output += compressed
  }

  /// The bytes that were compressed. Throws when they are more than the limit, or when this is not one whole gzip member.
  public static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(GzipError) -> [UInt8] {
    var stream = unsafe z_stream()
    let begun = unsafe inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(begun == Z_OK, "zlib has no memory to decompress with")
    defer { unsafe inflateEnd(&stream) }
    unsafe stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.avail_in = UInt32(bytes.count)
    var output: [UInt8] = []
    while true {
      // One byte beyond the limit tells that there is more.
      let step = min(max(output.count, 4 * bytes.count, 64), largestStep, limit + 1 - output.count)
      var result = Z_OK
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: step) { room, count in
        unsafe stream.next_out = room.baseAddress
        unsafe stream.avail_out = UInt32(room.count)
        result = unsafe inflate(&stream, Z_NO_FLUSH)
        unsafe count = room.count - Int(stream.avail_out)
      }
      if output.isEmpty { output = piece } else { output += piece }
      guard output.count <= limit else { throw .tooLarge(limit: limit) }
      switch result {
      case Z_STREAM_END:
        guard unsafe stream.avail_in == 0 else { throw .malformed }
        return output
      case Z_OK where unsafe stream.avail_in > 0 || stream.avail_out == 0: continue
      default: throw .malformed
      }
    }
  }
}

/// Compressed bytes that could not be read.
public enum GzipError: Error, Sendable, Equatable {
  /// They hold more than that many bytes.
  case tooLarge(limit: Int)
  /// They are cut off, damaged, followed by something else, or not gzip at all.
  case malformed
}
