import Foundation
import LocalSystem
import Testing

@testable import lodestar

private let schema = """
  version: 2
  models:
    - name: roas_v1
      description: "Return on ad spend, {{ doc('roas') }}"
      columns:
        - name: tenant_id
          tests: [not_null]
        - name: currency
          data_tests: &checks
            - not_null
            - accepted_values: {values: [EUR, USD]}
    - name: cac_v1
      columns:
        - name: tenant_id
          tests: *checks
    - name: ltv_v1
      description: ""
  """

private let registry = """
  metrics:
    roas: {versions: {v1: {status: active, dbt_model: marts/metrics/roas_v1}, v0: {status: retired, dbt_model: gone}}}
    cac: {versions: {v1: {status: active, dbt_model: marts/metrics/cac_v1.sql}}}
    ltv: {versions: {v1: {status: draft, dbt_model: ltv_v1}, v2: {status: draft, dbt_model: ltv_v2}}}
  """

@Suite struct DbtCheckTests {
  private let project = Self.project(
    ("models/marts/metrics/roas_v1.sql", ""), ("models/marts/metrics/cac_v1.sql", ""), ("models/ltv_v1.sql", ""),
    ("models/schema.yml", schema), ("tests/ltv_is_positive.sql", "SELECT * FROM {{ ref( 'ltv_v1') }} WHERE ltv < 0"))

  private static func project(_ files: (path: String, text: String)...) -> DbtProject {
    DbtProject(files.map(\.path)) { path in files.first { $0.path == path }?.text }
  }

  @Test func `each version's model is looked for, with its description and its tests`() throws {
    let check = DbtCheck(try NamedModel.all(in: registry, called: "x"), in: project)
    #expect(check.lines.map { "\($0.model.metric) \($0.model.version)" } == ["roas v1", "cac v1", "ltv v1", "ltv v2"])
    #expect(
      check.lines[0].found
        == DbtProject.Model(sql: "models/marts/metrics/roas_v1.sql", schema: "models/schema.yml", isDescribed: true, tests: 3))
    #expect(
      check.lines.map(\.faults) == [
        [], ["models/schema.yml gives it no description", "it has no tests"], ["models/schema.yml gives it no description"],
        ["there is no ltv_v2.sql", "no .yml names it under models:", "it has no tests"],
      ])
    #expect(!check.isFine)
    let text = DbtCheckView(check: check).lines(.plain()).joined(separator: "\n")
    #expect(text.hasSuffix("3 of 4 models lack something."))
  }

  @Test func `a schema that is no YAML is told, and nothing is fine`() throws {
    let broken = Self.project(("models/schema.yml", "models: ["))
    #expect(broken.unreadable.count == 1 && broken.unreadable[0].hasPrefix("models/schema.yml, line"))
    #expect(!DbtCheck([], in: broken).isFine)
  }

  @Test func `a text that is no registry is refused`() {
    #expect(throws: Failure.self) { try NamedModel.all(in: "metrics: *x", called: "f.yaml") }
    #expect(throws: Failure.self) { try NamedModel.all(in: "models: []", called: "f.yaml") }
  }

  @Test func `a project is read from its folder, without what dbt made`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dbt-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in [
      ("dbt_project.yml", "name: shop"), ("models/marts/roas_v1.sql", "SELECT 1"), ("models/marts/schema.yml", schema),
      ("target/compiled/cac_v1.sql", "SELECT 1"), (".git/x.sql", ""), ("models/marts.next/ltv_v1.sql", "SELECT 1"),
    ] {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let project = try DbtProject(reading: folder.path)
    #expect(project.models["roas_v1"]?.sql == "models/marts/roas_v1.sql" && project.models["roas_v1"]?.tests == 3)
    #expect(project.models["ltv_v1"]?.sql == "models/marts.next/ltv_v1.sql")
    #expect(project.models["cac_v1"]?.sql == nil && project.unreadable.isEmpty)
    #expect(throws: Failure.self) { try DbtProject(reading: folder.appending(path: "models").path) }
  }

  @Test func `a file is read exactly, or not at all`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "text-\(UUID().uuidString)").path
    defer { Files.remove(path) }
    #expect(try Files.readText(path, limit: 10) == nil)
    try Data([0x61, 0xFF]).write(to: URL(filePath: path))
    #expect(throws: LocalSystemError.self) { try Files.readText(path, limit: 10) }
    try Files.write("0123456789", to: path)
    #expect(try Files.readText(path, limit: 10) == "0123456789")
    #expect(throws: LocalSystemError.self) { try Files.readText(path, limit: 9) }
  }
}
