import CNGHTTP2

extension HeaderBlock {
  /// Lends the fields in nghttp2's form; nghttp2 copies what it is given.
  func withNameValues<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    // nghttp2 takes its arguments as mutable and leaves them alone.
    let lent = bytes.isEmpty ? [0] : bytes
    return unsafe lent.withUnsafeBufferPointer { memory in
      let base = unsafe UnsafeMutablePointer(mutating: memory.baseAddress!)
      return unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: Swift.max(count, 1)) { list in
        for (index, position) in positions.enumerated() {
          unsafe list.initializeElement(
            at: index,
            to: nghttp2_nv(
              name: base + position.name, value: base + position.value, namelen: position.value - position.name,
              valuelen: position.end - position.value, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
        }
        return unsafe body(UnsafeBufferPointer(start: UnsafePointer(list.baseAddress), count: count))
      }
    }
  }
}
