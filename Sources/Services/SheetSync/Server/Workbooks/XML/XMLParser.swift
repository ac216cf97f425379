internal import CXML
internal import Glibc

/// What takes part in the parsing of one part of a workbook.
protocol XMLHandler: AnyObject {
  func begin(_ element: XMLElement, in parser: XMLParser)
  func end(in parser: XMLParser)
  /// Text between tags; a stretch may arrive in pieces.
  func text(_ bytes: UnsafeBufferPointer<UInt8>, in parser: XMLParser)
  /// The bytes that are parsed next, as they stand in the file.
  func willParse(_ bytes: UnsafeRawBufferPointer)
  /// The bytes announced last have been parsed.
  func didParse(in parser: XMLParser) throws(WorkbookError)
}

extension XMLHandler {
  func text(_ bytes: UnsafeBufferPointer<UInt8>, in parser: XMLParser) {}
  func willParse(_ bytes: UnsafeRawBufferPointer) {}
  func didParse(in parser: XMLParser) throws(WorkbookError) {}
}

/// Limits on a part's XML that keep time and memory in proportion to its size.
enum XMLLimits {
  static let depth = 200
  /// The longest stretch without a tag, and the longest tag. Without it, a single endless value would be parsed over and over.
  static let stretch = 8 << 20
  /// How much is parsed at a time.
  static let chunk = 256 << 10
}

/// expat over one part of a workbook. Document type definitions are refused, and with them every kind of entity but the five of
/// XML itself.
@safe final class XMLParser {
  let file: String
  let part: String
  /// The encoding that the XML declaration names.
  fileprivate(set) var declaredEncoding: String?
  private let parser: XML_Parser
  private let handler: any XMLHandler
  private var failure: WorkbookError?
  private var isStopped = false
  /// After a failure or a stop, expat still reports what it has begun.
  private var isOver = false
  private var depth = 0
  /// Where the tag handled last ends. Whatever is handled next stands behind it.
  private(set) var lastTagEnd = 0
  /// The namespace prefixes that the first tag declares.
  fileprivate(set) var rootPrefixes: Set<String> = []
  /// How many bytes of the part somebody else has gone over.
  private var leftOut = 0

  /// Parses a member of an archive to its end, or until the handler stops.
  static func parse(
    _ member: ArchiveMember, in archive: borrowing Archive, limit: Int, _ handler: any XMLHandler
  ) throws(WorkbookError) {
    let parser = try XMLParser(file: archive.file, part: member.name, handler: handler)
    var reader = try archive.open(member, limit: limit)
    try parser.run(&reader)
  }

  /// For a part that is in memory.
  init(file: String, part: String, handler: any XMLHandler) throws(WorkbookError) {
    guard let parser = unsafe XML_ParserCreateNS(nil, XML_Char(xmlNameSeparator)) else {
      throw .overLimit(file, "there is not enough memory to read it")
    }
    unsafe self.parser = unsafe parser
    self.file = file
    self.part = part
    self.handler = handler
    unsafe XML_SetReturnNSTriplet(parser, 1)
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(parser, beginElement, endElement)
    unsafe XML_SetCharacterDataHandler(parser, addText)
    unsafe XML_SetStartDoctypeDeclHandler(parser, refuseDoctype)
    unsafe XML_SetXmlDeclHandler(parser, noteDeclaration)
    unsafe XML_SetStartNamespaceDeclHandler(parser, notePrefix)
  }

  deinit { unsafe XML_ParserFree(parser) }

  /// Where in the part the tag now being handled stands: byte offsets. An empty-element tag is whole at its start, and its end
  /// is an empty range behind it.
  var markup: Range<Int> {
    let start = unsafe XML_GetCurrentByteIndex(parser) + leftOut
    return start..<(start + Int(unsafe XML_GetCurrentByteCount(parser)))
  }

  /// Ends the parsing with an error.
  func fail(_ error: WorkbookError) {
    if failure == nil { failure = error }
    isOver = true
    unsafe XML_StopParser(parser, 0)
  }

  /// Ends the parsing because the rest is of no interest.
  func stop() {
    isStopped = true
    isOver = true
    unsafe XML_StopParser(parser, 0)
  }

  private func run(_ reader: inout MemberReader) throws(WorkbookError) {
    var fed = 0
    var chunk = XMLLimits.chunk
    while true {
      guard let buffer = unsafe XML_GetBuffer(parser, Int32(chunk)) else {
        throw .overLimit(file, "there is not enough memory to read its part \"\(part)\"")
      }
      let count = try unsafe reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: chunk))
      unsafe handler.willParse(UnsafeRawBufferPointer(start: buffer, count: count))
      let tagEndBefore = lastTagEnd
      let status = unsafe XML_ParseBuffer(parser, Int32(count), count == 0 ? 1 : 0)
      if let failure { throw failure }
      if isStopped { return }
      guard status == XML_STATUS_OK else { throw unsafe malformed(XML_GetErrorCode(parser)) }
      try handler.didParse(in: self)
      if count == 0 { return }
      fed += count
      guard fed - lastTagEnd <= XMLLimits.stretch else {
        throw .overLimit(file, "its part \"\(part)\" holds a single value larger than \(XMLLimits.stretch >> 20) MiB")
      }
      chunk = lastTagEnd == tagEndBefore ? min(chunk * 2, XMLLimits.stretch) : XMLLimits.chunk
    }
  }

  /// Parses the next stretch of a part that is in memory. `isAnnounced`: the handler has these bytes already.
  func parse(_ bytes: ArraySlice<UInt8>, isLast: Bool, isAnnounced: Bool = false) throws(WorkbookError) {
    let status = unsafe bytes.withUnsafeBytes { stretch in
      if !isAnnounced { unsafe handler.willParse(stretch) }
      return unsafe XML_Parse(
        parser, stretch.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(stretch.count), isLast ? 1 : 0)
    }
    if let failure { throw failure }
    guard status == XML_STATUS_OK else { throw unsafe malformed(XML_GetErrorCode(parser)) }
    try handler.didParse(in: self)
  }

  /// Goes on behind so many bytes that are known to be whole elements. The lines that errors name do not count them.
  func leaveOut(_ count: Int) { leftOut += count }

  private func malformed(_ code: XML_Error) -> WorkbookError {
    let line = unsafe XML_GetCurrentLineNumber(parser)
    if code == XML_ERROR_NO_MEMORY { return .overLimit(file, "there is not enough memory to read its part \"\(part)\"") }
    let reason = unsafe XML_ErrorString(code).map { unsafe String(cString: $0) } ?? "unreadable"
    return .damaged(file, "its part \"\(part)\" is damaged or cut off (line \(line): \(reason))")
  }

  /// Declarations come before the tag that they stand in.
  fileprivate func note(prefix: String) {
    if depth == 0 { rootPrefixes.insert(prefix) }
  }

  fileprivate func begin(_ element: XMLElement) {
    guard !isOver else { return }
    depth += 1
    guard depth <= XMLLimits.depth else {
      return fail(.overLimit(file, "its part \"\(part)\" is nested more than \(XMLLimits.depth) levels deep"))
    }
    lastTagEnd = markup.upperBound
    handler.begin(element, in: self)
  }

  fileprivate func end() {
    guard !isOver else { return }
    depth -= 1
    lastTagEnd = markup.upperBound
    handler.end(in: self)
  }

  fileprivate func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard !isOver else { return }
    unsafe handler.text(text, in: self)
  }
}

private func beginElement(
  _ state: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
) {
  guard let name = unsafe name else { return }
  unsafe parser(of: state)._withUnsafeGuaranteedRef { unsafe $0.begin(XMLElement(name: name, attributes: attributes)) }
}

private func endElement(_ state: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?) {
  unsafe parser(of: state)._withUnsafeGuaranteedRef { $0.end() }
}

private func addText(_ state: UnsafeMutableRawPointer?, _ text: UnsafePointer<XML_Char>?, _ count: Int32) {
  guard let start = unsafe UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self) else { return }
  unsafe parser(of: state)._withUnsafeGuaranteedRef { unsafe $0.add(UnsafeBufferPointer(start: start, count: Int(count))) }
}

private func refuseDoctype(
  _ state: UnsafeMutableRawPointer?, _: UnsafePointer<XML_Char>?, _: UnsafePointer<XML_Char>?, _: UnsafePointer<XML_Char>?, _: Int32
) {
  unsafe parser(of: state)._withUnsafeGuaranteedRef {
    $0.fail(.damaged($0.file, "its part \"\($0.part)\" has a document type definition, which no workbook uses"))
  }
}

private func noteDeclaration(
  _ state: UnsafeMutableRawPointer?, _: UnsafePointer<XML_Char>?, _ encoding: UnsafePointer<XML_Char>?, _: Int32
) {
  guard let encoding = unsafe encoding else { return }
  unsafe parser(of: state)._withUnsafeGuaranteedRef { $0.declaredEncoding = unsafe String(cString: encoding) }
}

private func notePrefix(_ state: UnsafeMutableRawPointer?, _ prefix: UnsafePointer<XML_Char>?, _: UnsafePointer<XML_Char>?) {
  guard let prefix = unsafe prefix else { return }
  unsafe parser(of: state)._withUnsafeGuaranteedRef { $0.note(prefix: unsafe String(cString: prefix)) }
}

private func parser(of state: UnsafeMutableRawPointer?) -> Unmanaged<XMLParser> {
  unsafe Unmanaged<XMLParser>.fromOpaque(state!)
}
