import CNGHTTP2

/// Fields that are sent with every answer alike, in nghttp2's own form and in memory that is never freed: neither copied nor counted when they are sent.
@safe public struct LastingFields: @unchecked Sendable, Equatable {
  let list: UnsafeMutableBufferPointer<nghttp2_nv>

  /// Makes room that is kept until the program's end: for constants only.
  public init(_ block: HeaderBlock) {
    let made = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: block.count)
    for (index, field) in block.enumerated() {
      let flags = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
      unsafe made.initializeElement(
        at: index,
        to: nghttp2_nv(
          name: Self.lasting(field.name), value: Self.lasting(field.value), namelen: field.name.count,
          valuelen: field.value.count, flags: flags))
    }
    unsafe list = unsafe made
  }

  private static func lasting(_ bytes: ArraySlice<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let made = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = unsafe made.initialize(fromContentsOf: bytes)
    return made.baseAddress!
  }

  public static func == (left: LastingFields, right: LastingFields) -> Bool {
    unsafe left.list.baseAddress == right.list.baseAddress
  }
}

/// A head or trailers to send.
public enum SentFields: Sendable, Equatable {
  case lasting(LastingFields)
  case block(HeaderBlock)

  /// Lends the fields in nghttp2's form; nghttp2 copies those of a block.
  func withNameValues<Result>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> Result) -> Result {
    switch self {
    case .lasting(let fields): unsafe body(fields.list.baseAddress, fields.list.count)
    case .block(let block): unsafe block.withNameValues { unsafe body(UnsafeMutablePointer(mutating: $0.baseAddress), $0.count) }
    }
  }
}
