/// What a part refers to: the targets of its relationships, by id.
struct Relationships {
  struct Target {
    /// The last word of the type's address: `worksheet`, `styles`, `sharedStrings`, `officeDocument`.
    var type: String
    /// The part's name inside the archive, without a leading slash.
    var part: String
  }

  private(set) var targets: [String: Target] = [:]

  /// Reads the relationships of a part (`""` for the package's own); none when it has no such file.
  init(of part: String, in archive: borrowing Archive) throws(WorkbookError) {
    let slash = part.lastIndex(of: "/")
    let folder = slash.map { String(part[...$0]) } ?? ""
    let name = slash.map { String(part[part.index(after: $0)...]) } ?? part
    guard let member = archive.member("\(folder)_rels/\(name).rels") else { return }
    let handler = Handler(folder: folder)
    try XMLParser.parse(member, in: archive, limit: PartLimits.small, handler)
    targets = handler.targets
  }

  func first(ofType type: String) -> Target? {
    targets.values.first { $0.type == type }
  }

  private final class Handler: XMLHandler {
    let folder: String
    var targets: [String: Target] = [:]

    init(folder: String) {
      self.folder = folder
    }

    func begin(_ element: XMLElement, in parser: XMLParser) {
      guard element.isNamed("Relationship"), element.text("TargetMode") != "External", let id = element.text("Id"),
        let type = element.text("Type"), let target = element.text("Target")
      else { return }
      targets[id] = Target(type: type.split(separator: "/").last.map(String.init) ?? type, part: resolve(target))
    }

    func end(in parser: XMLParser) {}

    /// A target is an address: absolute, or relative to the folder of the part that refers to it, with `%20` and the like.
    private func resolve(_ target: String) -> String {
      var steps: [Substring] = []
      let whole = target.hasPrefix("/") ? target : folder + target
      for step in whole.split(separator: "/") where step != "." {
        if step == ".." { _ = steps.popLast() } else { steps.append(step) }
      }
      return percentDecoded(steps.joined(separator: "/"))
    }

    private func percentDecoded(_ text: String) -> String {
      guard text.contains("%") else { return text }
      var bytes: [UInt8] = []
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// The largest that parts of a workbook may be, unpacked, in bytes.
enum PartLimits {
  static let small = 16 << 20
  static let styles = 64 << 20
  static let sharedStrings = 256 << 20
  static let sheet = 1 << 30
}
