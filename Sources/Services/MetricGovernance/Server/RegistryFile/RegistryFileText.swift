import MetricGovernanceDomain
import Reactor
import YAMLText

/// metric_registry.yaml as a text: what it says of metrics, and everything that is wrong with it, as YAML and as a registry.
struct RegistryFileText: Sendable {
  /// Of a text, in bytes; an export that has more is refused, since nobody could import it.
  static let mostBytes = YAMLLimits().bytes

  let file: MetricRegistryFile
  let problems: [FileProblem]

  init(_ text: String) {
    let document = YAMLDocument(text)
    guard document.faults.isEmpty else {
      file = MetricRegistryFile()
      problems = document.faults.map(FileProblem.init)
      return
    }
    let reading = RegistryFileReading(document.root.map(FileNode.init))
    file = reading.file
    problems = reading.problems.sorted { $0.position < $1.position }
  }

  /// A large file takes a while.
  static func read(_ text: String) async -> RegistryFileText { await awayFromLoops { RegistryFileText(text) } }
}

extension FileProblem {
  fileprivate init(_ fault: YAMLFault) {
    self.init(path: "", position: FilePosition(fault.position), code: fault.code, message: fault.message)
  }
}

extension FilePosition {
  fileprivate init(_ position: YAMLPosition) { self.init(line: position.line, column: position.column) }
}

extension FileNode {
  /// As deep as the document's limit lets it be.
  init(_ node: YAMLNode) {
    let content: Content
    switch node.content {
    case .scalar(let text, let isPlain): content = .text(text, isPlain: isPlain)
    case .sequence(let nodes): content = .list(nodes.map(FileNode.init))
    case .mapping(let entries):
      content = .mapping(
        entries.map {
          FileEntry(key: $0.key, keyPosition: FilePosition($0.keyPosition), value: FileNode($0.value))
        })
    }
    self.init(content, at: FilePosition(node.position))
  }
}
