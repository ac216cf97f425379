import CYaml

/// What a reader of YAML takes. The text's size bounds its time and memory, depth its stack, values the memory of many small ones.
public struct YAMLLimits: Sendable {
  public var bytes = 4 << 20
  public var depth = 32
  public var values = 400_000
  /// Faults that are told before the reading ends.
  public var faults = 100
  /// Aliases, anchors and tags: refused, each at its place, or taken for texts that nobody reads.
  public var refusesAliases = true

  public init() {}
}

/// One YAML document, read as far as it can be. Built on libyaml's events: it is never recursive, nothing is expanded, and a value that is
/// refused costs what its text is long.
public struct YAMLDocument: Sendable {
  /// Nil for an empty text, and where the text cannot be read to its end.
  public private(set) var root: YAMLNode?
  /// Everything that is wrong; the syntax' own faults end the reading.
  public private(set) var faults: [YAMLFault] = []

  public init(_ text: String, limits: YAMLLimits = YAMLLimits()) {
    let count = text.utf8.count
    guard count <= limits.bytes else {
      faults = [
        YAMLFault(
          code: "yaml_too_large", message: "the text has \(count) bytes; at most \(limits.bytes) are read",
          position: YAMLPosition(line: 1, column: 1))
      ]
      return
    }
    var events = EventReader(limits: limits)
    var text = text
    text.withUTF8 { unsafe events.read($0) }
    root = events.faults.isEmpty ? events.root : nil
    faults = events.faults
  }
}

/// Puts the nodes together from libyaml's events.
private struct EventReader {
  /// A collection that has begun and not ended.
  private struct Open {
    var position: YAMLPosition
    var isMapping: Bool
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    /// Of a mapping: a key whose value is to come.
    var key: (text: String, position: YAMLPosition)?
  }

  private let limits: YAMLLimits
  private(set) var root: YAMLNode?
  private(set) var faults: [YAMLFault] = []
  private var open: [Open] = []
  private var values = 0
  private var documents = 0
  private var isDone = false

  init(limits: YAMLLimits) { self.limits = limits }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else {
      return stop("yaml_syntax", "there is no memory to read the text", YAMLPosition(line: 1, column: 1))
    }
    defer { unsafe yaml_parser_delete(&parser) }
    unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    while !isDone {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
        unsafe takeFault(of: parser, in: bytes)
        return
      }
      unsafe take(event)
      unsafe yaml_event_delete(&event)
    }
  }

  private mutating func take(_ event: yaml_event_t) {
    let position = unsafe YAMLPosition(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_END_EVENT: isDone = true
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      if documents > 1 { stop("yaml_documents", "a second document begins here; one text holds one document", position) }
    case YAML_ALIAS_EVENT:
      note(
        "yaml_alias", "*\(unsafe string(event.data.alias.anchor)) stands for what is written elsewhere; write it out here", position
      )
      add(YAMLNode(.scalar("*", isPlain: false), at: position))
    case YAML_SCALAR_EVENT: unsafe takeScalar(event, position)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      unsafe check(anchor: start.anchor, tag: start.tag, position)
      begin(Open(position: position, isMapping: false))
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      unsafe check(anchor: start.anchor, tag: start.tag, position)
      begin(Open(position: position, isMapping: true))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      guard let ended = open.popLast() else { return }
      add(YAMLNode(ended.isMapping ? .mapping(ended.entries) : .sequence(ended.items), at: ended.position))
    default: break
    }
  }

  private mutating func takeScalar(_ event: yaml_event_t, _ position: YAMLPosition) {
    let scalar = unsafe event.data.scalar
    unsafe check(anchor: scalar.anchor, tag: scalar.tag, position)
    let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    add(YAMLNode(.scalar(text, isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE), at: position))
  }

  private mutating func begin(_ collection: Open) {
    guard open.count < limits.depth else {
      return stop("yaml_too_deep", "values are nested more than \(limits.depth) deep here", collection.position)
    }
    open.append(collection)
  }

  private mutating func add(_ node: YAMLNode) {
    values += 1
    guard values <= limits.values else {
      return stop("yaml_too_many_values", "the text has more than \(limits.values) values", node.position)
    }
    guard let last = open.indices.last else {
      root = node
      return
    }
    guard open[last].isMapping else {
      open[last].items.append(node)
      return
    }
    if let key = open[last].key {
      open[last].key = nil
      open[last].entries.append(YAMLEntry(key: key.text, keyPosition: key.position, value: node))
    } else if case .scalar(let text, _) = node.content {
      open[last].key = (text, node.position)
    } else {
      note("yaml_key", "a list or a mapping stands where a key has to be; a key is a word", node.position)
      open[last].key = ("", node.position)
    }
  }

  private mutating func check(
    anchor: UnsafePointer<UInt8>?, tag: UnsafePointer<UInt8>?, _ position: YAMLPosition
  ) {
    if let anchor = unsafe anchor {
      note("yaml_anchor", "&\(unsafe string(anchor)) names a value for use elsewhere; leave the name out", position)
    }
    // "!" alone only says that a scalar is a text.
    if let tag = unsafe tag, unsafe string(tag) != "!" {
      note("yaml_tag", "\(unsafe string(tag)) gives the value a type; leave it out, each field has its own", position)
    }
  }

  private mutating func note(_ code: String, _ message: String, _ position: YAMLPosition) {
    guard limits.refusesAliases || code == "yaml_key" else { return }
    faults.append(YAMLFault(code: code, message: message, position: position))
    if faults.count >= limits.faults { isDone = true }
  }

  private mutating func stop(_ code: String, _ message: String, _ position: YAMLPosition) {
    faults.append(YAMLFault(code: code, message: message, position: position))
    isDone = true
  }

  /// libyaml's own words, which name no place of the text.
  private mutating func takeFault(of parser: yaml_parser_t, in bytes: UnsafeBufferPointer<UInt8>) {
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "the text cannot be read"
    let context = unsafe parser.context.map { unsafe String(cString: $0) + ": " } ?? ""
    var position = unsafe YAMLPosition(parser.problem_mark)
    // The reader of characters knows an offset in bytes only.
    if unsafe parser.error == YAML_READER_ERROR { position = unsafe Self.position(at: parser.problem_offset, in: bytes) }
    stop("yaml_syntax", context + problem, position)
  }

  private static func position(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> YAMLPosition {
    let before = unsafe bytes.prefix(max(0, offset))
    let lineStart = unsafe before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
    let line = unsafe before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = unsafe String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
    return YAMLPosition(line: line, column: column)
  }
}

/// At most as much of a name as a sentence has room for.
private func string(_ pointer: UnsafePointer<UInt8>?) -> String {
  guard let pointer = unsafe pointer else { return "" }
  return String(unsafe String(cString: pointer).prefix(60))
}

extension YAMLPosition {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
