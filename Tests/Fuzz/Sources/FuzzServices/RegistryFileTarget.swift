import MetricGovernanceDomain
import YAMLText

/// metric_registry.yaml, as people and repositories bring it.
enum RegistryFileTarget {
  /// A text is refused with places inside it, or is a file that is planned against an empty registry and a small one; a registry that it makes is
  /// exported as a file that changes nothing of it and makes the same bytes again.
  static func registryFile(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let document = YAMLDocument(text)
    let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" || $0 == "\u{85}" || $0 == "\u{2028}" || $0 == "\u{2029}" } + 1
    for fault in document.faults {
      precondition((1...lines + 1).contains(fault.position.line) && !fault.message.isEmpty, "\(fault)")
    }
    guard document.faults.isEmpty else { return }
    let reading = RegistryFileReading(document.root.map(node))
    for problem in reading.problems {
      precondition((1...lines + 1).contains(problem.position.line) && !problem.message.isEmpty, "\(problem)")
    }
    _ = plan(reading.file, over: small)
    guard reading.problems.isEmpty else { return }
    let first = plan(reading.file, over: [])
    guard first.problems.isEmpty, !first.changes.isEmpty else { return }
    checkExport(first.changes.map(\.after))
  }

  private static func checkExport(_ registry: [Metric]) {
    let exported = RegistryFileExport(registry).text
    let document = YAMLDocument(exported)
    precondition(document.faults.isEmpty, "\(document.faults)\n\(exported)")
    let reading = RegistryFileReading(document.root.map(node))
    precondition(reading.problems.isEmpty, "\(reading.problems)\n\(exported)")
    let same = plan(reading.file, over: registry)
    precondition(same.steps.isEmpty && same.problems.isEmpty, "\(same.steps) \(same.problems)\n\(exported)")
    let again = plan(reading.file, over: [])
    precondition(again.problems.isEmpty, "\(again.problems)\n\(exported)")
    precondition(RegistryFileExport(again.changes.map(\.after)).text.utf8.elementsEqual(exported.utf8), exported)
  }

  private static func plan(_ file: MetricRegistryFile, over registry: [Metric]) -> ImportPlan {
    let importer = Importer(
      principal: Principal(uri: "spiffe://lodestar.local/person/zoe", kind: .person, roles: [.governanceBoard]),
      now: Instant(microseconds: 1_800_000_000_000_000), reason: "fuzz")
    return ImportPlan(file, over: registry, isEmpty: registry.isEmpty, importer: importer, digest: digest)
  }

  /// Not SHA-256, but 32 bytes that tell contents apart.
  private static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hashes: [UInt64] = [14_695_981_039_346_656_037, 1_099_511_628_211, 7_809_847_782_465_536_322, 9_650_029_242_287_828_579]
    for byte in bytes {
      for index in hashes.indices { hashes[index] = (hashes[index] ^ UInt64(byte)) &* 1_099_511_628_211 &+ UInt64(index) }
    }
    return hashes.flatMap { hash in (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) } }
  }

  /// What the committed corpus' first file makes.
  private static let small: [Metric] = {
    let text = """
      metrics:
        roas:
          display_name: "Return on Ad Spend"
          description: "Revenue generated per dollar of ad spend"
          current_version: "v1"
          versions:
            v1:
              status: active
              dbt_model: "marts/metrics/roas_v1"
              definition: "SUM(revenue) / SUM(spend)"
              approval: {status: approved, approved_by: board, approval_ticket: A-1}
            v2:
              status: draft
              dbt_model: "marts/metrics/roas_v2"
              definition: "SUM(revenue) / SUM(cost)"
              approval: {status: approved, approved_by: board, approval_ticket: A-2}
      """
    let planned = plan(RegistryFileReading(YAMLDocument(text).root.map(node)).file, over: [])
    precondition(planned.problems.isEmpty, "\(planned.problems)")
    return planned.changes.map(\.after)
  }()

  private static func node(_ node: YAMLNode) -> FileNode {
    let content: FileNode.Content =
      switch node.content {
      case .scalar(let text, let isPlain): .text(text, isPlain: isPlain)
      case .sequence(let nodes): .list(nodes.map(Self.node))
      case .mapping(let entries):
        .mapping(
          entries.map {
            FileEntry(
              key: $0.key, keyPosition: FilePosition(line: $0.keyPosition.line, column: $0.keyPosition.column),
              value: Self.node($0.value))
          })
      }
    return FileNode(content, at: FilePosition(line: node.position.line, column: node.position.column))
  }
}
