import Foundation

/// A file of the tree, as the rules see it.
struct SourceFile: Sendable {
  /// Relative to the root, with forward slashes.
  let path: String
  let text: String
  let lines: [String]
  /// The lines without comments and strings; for languages other than Swift and C the lines themselves.
  let codeLines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = Self.lines(of: text)
    codeLines =
      path.hasSuffix(".swift") || path.hasSuffix(".c") || path.hasSuffix(".h") ? Self.lines(of: BlankedCode.of(text)) : lines
  }

  private static func lines(of text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  var name: String { String(path.split(separator: "/").last ?? "") }
  var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
  var isSwift: Bool { path.hasSuffix(".swift") }
  var isC: Bool { path.hasSuffix(".c") || path.hasSuffix(".h") }
  var room: Room { Room(path: path) }

  /// Whether a program of ours or protoc-c wrote the file: its first lines say so.
  var isGenerated: Bool {
    lines.prefix(5).contains { $0.contains("DO NOT EDIT") }
  }
}

/// The files that are, or would be, committed.
struct SourceTree: Sendable {
  let files: [SourceFile]

  init(_ texts: [String: String]) {
    files = texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
  }

  var handwrittenSwift: [SourceFile] {
    files.filter { $0.isSwift && !$0.isGenerated }
  }

  /// The tree that this test was compiled from.
  static let current: SourceTree = {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    var texts: [String: String] = [:]
    for path in paths(below: root) {
      guard let data = try? Data(contentsOf: root.appending(path: path)) else { continue }
      texts[path] = String(data: data, encoding: .utf8) ?? ""
    }
    return SourceTree(texts)
  }()

  /// What git knows or would add; outside a repository (an unpacked archive) every file.
  private static func paths(below root: URL) -> [String] {
    let git = Process()
    let output = Pipe()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "-C", root.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    if (try? git.run()) != nil {
      let listing = output.fileHandleForReading.readDataToEndOfFile()
      git.waitUntilExit()
      if git.terminationStatus == 0 {
        return listing.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      }
    }
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
    return walk.compactMap { $0 as? String }.filter { !$0.hasPrefix(".build") && !$0.hasPrefix(".git/") }
  }
}
