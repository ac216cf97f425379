/// Reads what a file has to say of metrics, by the structure of the seed's metric_registry.yaml: everything that is wrong with it at once.
public struct RegistryFileReading: Sendable {
  static let metricKeys = ["display_name", "description", "current_version", "owner", "unit", "versions"]
  static let versionKeys = [
    "status", "dbt_model", "definition", "approval", "relation", "edge_cases", "columns", "migration_guide", "replacement_version",
    "planned_sunset", "test_evidence",
  ]
  static let approvalKeys = [
    "status", "approved_by", "rejected_by", "approval_ticket", "requested_by", "requested_at", "breaking_change",
  ]

  public private(set) var file = MetricRegistryFile()
  public var problems: [FileProblem] { reader.problems }
  private var reader = FieldReader()

  /// - Parameter root: nil for an empty file.
  public init(_ root: FileNode?) {
    read(root)
  }

  private mutating func read(_ root: FileNode?) {
    guard let root else {
      return reader.note("", .start, "empty_file", "the file is empty; it has to begin with \"metrics:\"")
    }
    guard let top = reader.fields(root, "", known: ["metrics"], needed: []) else { return }
    guard let metrics = top["metrics"] else {
      return reader.note("metrics", root.position, "missing_field", "the file has no metrics, which is required")
    }
    // "metrics: {}" is a registry without a metric, and so is "metrics:" alone.
    if metrics.value.isNothing { return }
    guard let entries = reader.fields(metrics.value, "metrics", known: nil) else { return }
    for entry in entries.values.sorted(by: { $0.keyPosition < $1.keyPosition }) {
      if let metric = readMetric(entry) { file.metrics.append(metric) }
    }
  }

  private mutating func readMetric(_ entry: FileEntry) -> FileMetric? {
    let path = FieldReader.join("metrics", entry.key)
    let key = MetricKey(entry.key)
    if key == nil {
      reader.note(
        path, entry.keyPosition, "malformed_metric_key",
        "\"\(FieldReader.quote(entry.key))\" cannot be a metric's key: small letters, digits and _, a letter first, at most \(MetricKey.longest)"
      )
    }
    guard
      let fields = reader.fields(
        entry.value, path, known: Self.metricKeys, needed: ["display_name", "description", "current_version", "versions"],
        at: entry.keyPosition)
    else { return nil }
    let name = reader.text(fields["display_name"], path, longest: TextLimit.displayName, isNeeded: true)
    let description = reader.text(fields["description"], path, longest: TextLimit.description, isNeeded: true)
    let owner = reader.text(fields["owner"], path, longest: TextLimit.owner) ?? ""
    let unit = reader.text(fields["unit"], path, longest: TextLimit.unit) ?? ""
    let current = reader.version(fields["current_version"], path)
    let versions = readVersions(fields["versions"], path)
    guard let key, let name, let description, let versions else { return nil }
    let metric = FileMetric(
      key: key, position: entry.keyPosition,
      facts: MetricFacts(displayName: name, description: description, owner: owner, unit: unit), current: current,
      currentPosition: fields["current_version"]?.value.position ?? entry.keyPosition, versions: versions)
    check(metric)
    return metric
  }

  private mutating func readVersions(_ entry: FileEntry?, _ path: String) -> [FileVersion]? {
    guard let entry else { return nil }
    let path = FieldReader.join(path, "versions")
    guard let entries = reader.fields(entry.value, path, known: nil) else { return nil }
    guard entries.count <= TextLimit.mostVersions else {
      reader.note(
        path, entry.keyPosition, "list_too_long",
        "\(path) has \(entries.count) versions; at most \(TextLimit.mostVersions) are allowed")
      return nil
    }
    var versions: [FileVersion] = []
    var isWhole = true
    for entry in entries.values.sorted(by: { $0.keyPosition < $1.keyPosition }) {
      if let version = readVersion(entry, path) { versions.append(version) } else { isWhole = false }
    }
    return isWhole ? versions.sorted { $0.number < $1.number } : nil
  }

  private mutating func readVersion(_ entry: FileEntry, _ parent: String) -> FileVersion? {
    let path = FieldReader.join(parent, entry.key)
    let number = VersionNumber(entry.key)
    if number == nil {
      reader.note(
        path, entry.keyPosition, "malformed_version",
        "\"\(FieldReader.quote(entry.key))\" cannot name a version; they are v1, v2, …")
    }
    guard
      let fields = reader.fields(
        entry.value, path, known: Self.versionKeys, needed: ["status", "dbt_model", "definition", "approval"],
        at: entry.keyPosition)
    else { return nil }
    let status = reader.word(fields["status"], path, as: VersionStatus.self, code: "unknown_status")
    let content = readContent(fields, path)
    let replacement = reader.version(fields["replacement_version"], path)
    let plannedSunset = reader.moment(fields["planned_sunset"], path)
    let evidence = reader.text(fields["test_evidence"], path, longest: TextLimit.testEvidence) ?? ""
    let approval = fields["approval"].flatMap { readApproval($0, path) }
    guard let number, let status, let content, let approval else { return nil }
    return FileVersion(
      number: number, position: entry.keyPosition, status: status,
      statusPosition: fields["status"]?.value.position ?? entry.keyPosition, content: content, replacement: replacement,
      replacementPosition: fields["replacement_version"]?.value.position ?? entry.keyPosition, plannedSunset: plannedSunset,
      plannedSunsetPosition: fields["planned_sunset"]?.value.position ?? entry.keyPosition, testEvidence: evidence,
      approval: approval)
  }

  private mutating func readContent(_ fields: [String: FileEntry], _ path: String) -> VersionContent? {
    let model = reader.text(fields["dbt_model"], path, longest: TextLimit.dbtModel, isNeeded: true)
    let definition = reader.text(fields["definition"], path, longest: TextLimit.definition, isNeeded: true)
    let relation = reader.text(fields["relation"], path, longest: TextLimit.relation) ?? ""
    let guide = reader.text(fields["migration_guide"], path, longest: TextLimit.migrationGuide) ?? ""
    let edgeCases = readEdgeCases(fields["edge_cases"], path)
    let columns = readColumns(fields["columns"], path)
    guard let model, let definition else { return nil }
    return VersionContent(
      dbtModel: model, relation: relation, definition: definition, edgeCases: edgeCases, columns: columns, migrationGuide: guide)
  }

  private mutating func readEdgeCases(_ entry: FileEntry?, _ parent: String) -> EdgeCases {
    guard let entry, !entry.value.isNothing else { return EdgeCases() }
    let path = FieldReader.join(parent, "edge_cases")
    guard let fields = reader.fields(entry.value, path, known: ["on_zero_denominator", "currency", "notes"]) else {
      return EdgeCases()
    }
    var notes: [String] = []
    for (index, note) in reader.list(fields["notes"], path, most: TextLimit.mostNotes).enumerated() {
      notes.append(reader.text(note, "\(path).notes[\(index)]", longest: TextLimit.note, isNeeded: true) ?? "")
    }
    // Here null is a word like the others: what a division by zero gives.
    return EdgeCases(
      onZeroDenominator: reader.word(fields["on_zero_denominator"], path), currency: reader.word(fields["currency"], path),
      notes: notes)
  }

  private mutating func readColumns(_ entry: FileEntry?, _ parent: String) -> [MetricColumn] {
    let path = FieldReader.join(parent, "columns")
    var columns: [MetricColumn] = []
    var names: Set<String> = []
    for (index, item) in reader.list(entry, parent, most: TextLimit.mostColumns).enumerated() {
      let path = "\(path)[\(index)]"
      guard let fields = reader.fields(item, path, known: ["name", "type", "constant"], needed: ["name"]) else { continue }
      let name = reader.text(fields["name"], path, longest: TextLimit.columnName, isNeeded: true) ?? ""
      if !name.isEmpty, !names.insert(name).inserted {
        reader.note(
          path, item.position, "duplicate_column", "the column \"\(FieldReader.quote(name))\" is there already; keep one of them")
      }
      columns.append(
        MetricColumn(
          name: name, type: reader.text(fields["type"], path, longest: TextLimit.columnType) ?? "",
          constant: reader.text(fields["constant"], path, longest: TextLimit.columnConstant) ?? ""))
    }
    return columns
  }

  private mutating func readApproval(_ entry: FileEntry, _ parent: String) -> FileApproval? {
    let path = FieldReader.join(parent, "approval")
    guard
      let fields = reader.fields(entry.value, path, known: Self.approvalKeys, needed: ["status"], at: entry.keyPosition),
      let status = reader.word(fields["status"], path, as: FileApproval.Status.self, code: "unknown_approval_status")
    else { return nil }
    var approval = FileApproval(status: status, position: entry.keyPosition)
    approval.approvedBy = readPrincipals(fields["approved_by"], path)
    approval.rejectedBy = readPrincipals(fields["rejected_by"], path)
    approval.ticket = reader.text(fields["approval_ticket"], path, longest: TextLimit.ticket) ?? ""
    approval.requestedBy = readPrincipals(fields["requested_by"], path).first
    approval.requestedAt = reader.moment(fields["requested_at"], path)
    approval.isBreaking = reader.boolean(fields["breaking_change"], path) ?? false
    check(approval, path, fields)
    return approval
  }

  /// A name, or a list of them.
  private mutating func readPrincipals(_ entry: FileEntry?, _ parent: String) -> [FilePrincipal] {
    guard let entry, !entry.value.isNothing else { return [] }
    let path = FieldReader.join(parent, entry.key)
    let nodes = if case .list(let items) = entry.value.content { items } else { [entry.value] }
    guard nodes.count <= (entry.key == "requested_by" ? 1 : 2) else {
      reader.note(path, entry.value.position, "list_too_long", "\(path) has \(nodes.count) names, more than there can be")
      return []
    }
    return nodes.compactMap { node in
      guard let name = reader.text(node, path, longest: 200, isNeeded: true) else { return nil }
      return FilePrincipal(name: name)
    }
  }
}

// MARK: - What has to fit together

extension RegistryFileReading {
  private mutating func check(_ approval: FileApproval, _ path: String, _ fields: [String: FileEntry]) {
    let ticketed = approval.status != .none
    if ticketed, approval.ticket.allSatisfy(\.isWhitespace) {
      reader.note(
        "\(path).approval_ticket", fields["approval_ticket"]?.value.position ?? approval.position, "missing_field",
        "\(path) has no approval_ticket, which every request has")
    }
    if approval.status == .approved, approval.approvedBy.isEmpty {
      reader.note(
        "\(path).approved_by", approval.position, "missing_field", "\(path) is approved but does not say approved_by whom")
    }
    if approval.status == .rejected, approval.rejectedBy.isEmpty {
      reader.note(
        "\(path).rejected_by", approval.position, "missing_field", "\(path) is rejected but does not say rejected_by whom")
    }
    if approval.status == .none {
      for key in Self.approvalKeys.dropFirst() {
        guard let entry = fields[key], !entry.value.isNothing else { continue }
        reader.note(
          "\(path).\(key)", entry.keyPosition, "approval_not_requested",
          "\(path) says \(key) although its status is none; write pending, or leave \(key) out")
      }
    }
  }

  private mutating func check(_ metric: FileMetric) {
    for version in metric.versions { check(version, of: metric) }
    if let current = metric.current {
      let version = metric.version(current)
      if version == nil {
        reader.note(
          "\(metric.path).current_version", metric.currentPosition, "unknown_version",
          "the current version of \(metric.key) is \(current), which is none of its versions in this file")
      } else if let version, version.status != .active {
        reader.note(
          "\(metric.path).current_version", metric.currentPosition, "current_not_active",
          "the current version of \(metric.key) is \(current), which is \(version.status.rawValue); only an active version can be it"
        )
      }
    }
    findReplacementCycles(metric)
  }

  private mutating func check(_ version: FileVersion, of metric: FileMetric) {
    let path = "\(metric.path).versions.\(version.number)"
    if version.status != .draft, version.approval.status != .approved {
      reader.note(
        "\(path).approval.status", version.approval.position, "approval_missing",
        "\(metric.key) \(version.number) is \(version.status.rawValue), but its approval is \(version.approval.status.rawValue); what has left draft was approved"
      )
    }
    let isEnding = version.status.isEnding
    if version.plannedSunset != nil, !isEnding {
      reader.note(
        "\(path).planned_sunset", version.plannedSunsetPosition, "sunset_of_living",
        "\(metric.key) \(version.number) is \(version.status.rawValue) and has a planned_sunset; that comes with status: deprecated"
      )
    }
    guard let replacement = version.replacement else { return }
    if !isEnding {
      reader.note(
        "\(path).replacement_version", version.replacementPosition, "replacement_of_living",
        "\(metric.key) \(version.number) is \(version.status.rawValue) and has a replacement_version; that comes with status: deprecated"
      )
    } else if replacement == version.number {
      reader.note(
        "\(path).replacement_version", version.replacementPosition, "replaces_itself",
        "\(metric.key) \(version.number) cannot be replaced by itself")
    } else if metric.version(replacement) == nil {
      reader.note(
        "\(path).replacement_version", version.replacementPosition, "unknown_version",
        "\(metric.key) \(version.number) is replaced by \(replacement), which is none of the metric's versions in this file")
    }
  }

  /// Following replacements has to come to an end. Each cycle is told once, at its lowest version.
  private mutating func findReplacementCycles(_ metric: FileMetric) {
    let next = Dictionary(
      metric.versions.compactMap { version in version.replacement.map { (version.number, $0) } },
      uniquingKeysWith: { first, _ in first })
    var isKnown: Set<VersionNumber> = []
    for version in metric.versions {
      var chain: [VersionNumber] = []
      var place: [VersionNumber: Int] = [:]
      var at: VersionNumber? = version.number
      while let number = at, !isKnown.contains(number), place[number] == nil {
        place[number] = chain.count
        chain.append(number)
        at = next[number]
      }
      isKnown.formUnion(chain)
      guard let number = at, let start = place[number], chain.count - start > 1, let lowest = metric.version(number) else {
        continue
      }
      let cycle = (chain[start...] + [number]).map(\.description).joined(separator: " → ")
      reader.note(
        "\(metric.path).versions.\(number).replacement_version", lowest.replacementPosition, "replacement_cycle",
        "the replacements of \(metric.key) go round: \(cycle); one of them has to lead out")
    }
  }
}
