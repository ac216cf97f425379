import CNGHTTP2

extension HeaderBlock {
  /// Lends the fields in nghttp2's form; nghttp2 copies what it is given.
  func withNameValues<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    // nghttp2 takes its arguments as mutable and leaves them alone.
    let lent = bytes.isEmpty ? [0] : bytes
    return unsafe lent.withUnsafeBufferPointer { memory in
      let base = unsafe UnsafeMutablePointer(mutating: memory.baseAddress!)
      return unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: Swift.max(count, 1)) { list in
        var index = 0
        for field in self {
          unsafe list.initializeElement(
            at: index,
            to: nghttp2_nv(
              name: base + field.name.startIndex, value: base + field.value.startIndex, namelen: field.name.count,
              valuelen: field.value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
          index += 1
        }
        return unsafe body(UnsafeBufferPointer(start: UnsafePointer(list.baseAddress), count: index))
      }
    }
  }
}
