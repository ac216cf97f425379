internal import CXML
internal import Glibc

/// Between the parts of a name that expat joins: namespace, local name, prefix. No name can contain it.
let xmlNameSeparator: UInt8 = 1

/// An element at its start tag, valid during the handler's call only.
@safe struct XMLElement {
  /// The two namespaces of spreadsheets, ordinary and "strict", each with the separator that follows it.
  private static let mainNamespaces: [StaticString] = [
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main\u{1}", "http://purl.oclc.org/ooxml/spreadsheetml/main\u{1}",
  ]
  private static let relationshipNames: [StaticString] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships\u{1}id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships\u{1}id",
  ]

  /// Whether the element is of the spreadsheet namespace.
  let isMain: Bool
  /// The name without namespace and prefix.
  let local: UnsafeBufferPointer<UInt8>
  private let afterLocal: UnsafePointer<UInt8>
  private let attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?

  init(name: UnsafePointer<CChar>, attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
    let bytes = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
    var start = 0
    var isMain = false
    for space in Self.mainNamespaces where unsafe strncmp(name, Self.pointer(space), space.utf8CodeUnitCount) == 0 {
      start = space.utf8CodeUnitCount
      isMain = true
      break
    }
    if !isMain, let separator = unsafe strchr(name, Int32(xmlNameSeparator)) {
      start = unsafe UnsafePointer(separator) - name + 1
    }
    var end = start
    while unsafe bytes[end] != 0, unsafe bytes[end] != xmlNameSeparator { end += 1 }
    self.isMain = isMain
    unsafe local = UnsafeBufferPointer(start: bytes + start, count: end - start)
    unsafe afterLocal = bytes + end
    unsafe self.attributes = unsafe attributes
  }

  /// Whether the local name is this one.
  func isNamed(_ name: StaticString) -> Bool {
    unsafe local.count == name.utf8CodeUnitCount && memcmp(local.baseAddress!, name.utf8Start, local.count) == 0
  }

  /// The prefix with its colon as the file writes it, or nothing.
  var prefix: String {
    guard unsafe afterLocal.pointee == xmlNameSeparator else { return "" }
    return unsafe String(cString: afterLocal + 1) + ":"
  }

  /// The value of an attribute without a namespace.
  func bytes(of name: StaticString) -> UnsafePointer<CChar>? {
    guard var next = unsafe attributes else { return nil }
    while let key = unsafe next.pointee {
      if unsafe strcmp(key, Self.pointer(name)) == 0 { return unsafe next[1] }
      unsafe next += 2
    }
    return nil
  }

  func text(_ name: StaticString) -> String? {
    unsafe bytes(of: name).map { unsafe String(cString: $0) }
  }

  /// nil when the attribute is absent or is no whole number.
  func integer(_ name: StaticString) -> Int? {
    text(name).flatMap { Int($0) }
  }

  /// XML's booleans: `1` and `true`.
  func flag(_ name: StaticString) -> Bool {
    let value = text(name)
    return value == "1" || value == "true"
  }

  /// The `r:id` that leads to another part.
  var relationshipID: String? {
    guard var next = unsafe attributes else { return nil }
    while let key = unsafe next.pointee {
      for name in Self.relationshipNames where unsafe strncmp(key, Self.pointer(name), name.utf8CodeUnitCount) == 0 {
        let following = unsafe UInt8(bitPattern: key[name.utf8CodeUnitCount])
        if following == 0 || following == xmlNameSeparator { return unsafe next[1].map { unsafe String(cString: $0) } }
      }
      unsafe next += 2
    }
    return nil
  }

  /// Calls `body` with each attribute that has no namespace and a name of one letter, which is all that rows and cells need.
  func forEachShortAttribute(_ body: (UInt8, UnsafePointer<CChar>) -> Void) {
    guard var next = unsafe attributes else { return }
    while let key = unsafe next.pointee {
      if unsafe key[0] != 0, unsafe key[1] == 0, let value = unsafe next[1] {
        unsafe body(UInt8(bitPattern: key[0]), value)
      }
      unsafe next += 2
    }
  }

  private static func pointer(_ text: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
