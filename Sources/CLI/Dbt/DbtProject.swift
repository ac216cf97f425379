import LocalSystem
import YAMLText

/// What a dbt project's files say of its models: where each one's .sql is, which are described, and which are tested.
struct DbtProject {
  struct Model: Equatable {
    /// Below the project's folder, as "models/marts/metrics/roas_v1.sql"; nil where there is none.
    var sql: String?
    /// Where it is documented, as "models/schema.yml".
    var schema: String?
    var isDescribed = false
    /// Tests of the model and of its columns, and singular tests that refer to it.
    var tests = 0
  }

  private(set) var models: [String: Model] = [:]
  /// Files that could not be read, each with why.
  private(set) var unreadable: [String] = []

  /// Folders of a project that hold what dbt made or fetched.
  private static let foreign: Set<String> = ["target", "dbt_packages", "dbt_modules", "logs", "node_modules", "venv"]
  private static let mostFiles = 50_000
  private static let mostDepth = 30

  /// Throws `Failure` when the folder is no dbt project.
  init(reading folder: String) throws {
    guard Files.exists("\(folder)/dbt_project.yml") else {
      throw Failure(.wrongUsage, "\(folder) has no dbt_project.yml", mend: "name the folder of a dbt project")
    }
    let paths = Self.files(below: folder)
    guard paths.count <= Self.mostFiles else {
      throw Failure(.refused, "\(folder) has more than \(Self.mostFiles) files", mend: "name the folder of the dbt project itself")
    }
    self.init(paths) { try Files.readText("\(folder)/\($0)", limit: YAMLLimits().bytes) }
  }

  /// - Parameters:
  ///   - paths: of the project's .sql, .yml and .yaml files, below its folder.
  ///   - text: a file's text; nil for one that is not there any more.
  init(_ paths: [String], text: (String) throws -> String?) {
    for path in paths {
      let isSQL = path.hasSuffix(".sql")
      let isSingularTest = isSQL && path.hasPrefix("tests/")
      guard !isSQL || isSingularTest else {
        models[Self.name(path), default: Model()].sql = path
        continue
      }
      do {
        guard let text = try text(path) else { continue }
        if isSingularTest { countReferences(text) } else { read(schema: text, path) }
      } catch {
        unreadable.append("\(error)")
      }
    }
  }

  private static func name(_ path: String) -> String { String(Files.name(of: path).dropLast(4)) }

  /// Paths below the folder, in the order of names; links are not followed out of the depth that a project has.
  private static func files(below folder: String) -> [String] {
    var found: [String] = []
    var open = [(path: "", depth: 0)]
    while let (path, depth) = open.popLast(), found.count <= mostFiles {
      for name in Files.names(in: path.isEmpty ? folder : "\(folder)/\(path)").reversed() {
        guard !name.hasPrefix("."), !foreign.contains(name) else { continue }
        let below = path.isEmpty ? name : "\(path)/\(name)"
        if name.hasSuffix(".sql") || name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
          found.append(below)
        } else if depth < mostDepth {
          // A file has no names in it.
          open.append((below, depth + 1))
        }
      }
    }
    return found.sorted()
  }

  private mutating func read(schema text: String, _ path: String) {
    var limits = YAMLLimits()
    limits.refusesAliases = false
    let document = YAMLDocument(text, limits: limits)
    if let fault = document.faults.first {
      unreadable.append("\(path), \(fault.position): \(fault.message)")
      return
    }
    for entry in document.root?["models"]?.items ?? [] {
      guard let name = entry["name"]?.text else { continue }
      var model = models[name] ?? Model()
      model.schema = path
      model.isDescribed = model.isDescribed || entry["description"]?.text?.contains { !$0.isWhitespace } == true
      model.tests += Self.tests(of: entry) + (entry["columns"]?.items ?? []).reduce(0) { $0 + Self.tests(of: $1) }
      models[name] = model
    }
  }

  /// dbt calls them tests, and since 1.8 data_tests.
  private static func tests(of node: YAMLNode) -> Int {
    (node["tests"]?.items.count ?? 0) + (node["data_tests"]?.items.count ?? 0) + (node["unit_tests"]?.items.count ?? 0)
  }

  /// A singular test is a query over the models that it refers to: `ref('roas_v1')`.
  private mutating func countReferences(_ sql: String) {
    var rest = sql[...]
    var named: Set<String> = []
    while let call = rest.firstRange(of: "ref(") {
      rest = rest[call.upperBound...]
      let argument = rest.drop { $0 == " " }
      guard let quote = argument.first, quote == "'" || quote == "\"", let end = argument.dropFirst().firstIndex(of: quote) else {
        continue
      }
      named.insert(String(argument[argument.index(after: argument.startIndex)..<end]))
    }
    for name in named { models[name, default: Model()].tests += 1 }
  }
}
