/// The texts that cells refer to by number. Rich text is read as plain text, and phonetic guides are left out.
struct SharedStrings {
  /// More than a sheet has rows, four times over.
  static let countLimit = 4 << 20

  private(set) var texts: [String] = []

  /// No shared strings: every text stands in its cell.
  init() {}

  init(_ member: ArchiveMember, in archive: borrowing Archive) throws(WorkbookError) {
    let handler = Handler()
    try XMLParser.parse(member, in: archive, limit: PartLimits.sharedStrings, handler)
    texts = handler.texts
  }

  private final class Handler: XMLHandler {
    var texts: [String] = []
    private var collector = TextCollector()
    private var depth = 0

    func begin(_ element: XMLElement, in parser: XMLParser) {
      depth += 1
      if depth == 2, element.isMain, element.isNamed("si") {
        collector.reset()
      } else if depth > 2 {
        collector.begin(element, level: depth - 2)
      }
    }

    func end(in parser: XMLParser) {
      if depth > 2 { collector.end(level: depth - 2) }
      if depth == 2 {
        texts.append(collector.text)
        if texts.count > SharedStrings.countLimit {
          parser.fail(.overLimit(parser.file, "it holds more than \(SharedStrings.countLimit) different texts"))
        }
      }
      depth -= 1
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>, in parser: XMLParser) {
      unsafe collector.add(bytes)
    }
  }
}

/// Gathers the text of an `<si>` or `<is>`: that of its `<t>` and of the `<t>` in its `<r>` runs, and of nothing else.
struct TextCollector {
  var bytes: [UInt8] = []
  private var isInRun = false
  private var isInText = false

  mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    isInRun = false
    isInText = false
  }

  /// `level` is 1 for the children of the string item.
  mutating func begin(_ element: XMLElement, level: Int) {
    switch level {
    case 1:
      isInRun = element.isMain && element.isNamed("r")
      isInText = element.isMain && element.isNamed("t")
    case 2: isInText = isInRun && element.isMain && element.isNamed("t")
    default: isInText = false
    }
  }

  mutating func end(level: Int) {
    if level <= 2 { isInText = false }
    if level == 1 { isInRun = false }
  }

  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    if isInText { unsafe bytes.append(contentsOf: text) }
  }

  var text: String { XMLText.unescape(String(decoding: bytes, as: UTF8.self)) }
}
