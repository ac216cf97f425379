import Wire

/// Each governed version's model against what the dbt project has.
struct DbtCheck {
  struct Line: Equatable {
    var model: NamedModel
    var found: DbtProject.Model
    /// What is missing, a few words each; empty when all is there.
    var faults: [String]
  }

  private(set) var lines: [Line] = []
  private(set) var unreadable: [String]

  init(_ models: [NamedModel], in project: DbtProject) {
    unreadable = project.unreadable
    lines = models.map { model in
      let found = project.models[model.name] ?? DbtProject.Model()
      var faults: [String] = []
      if found.sql == nil { faults.append("there is no \(model.name).sql") }
      if found.schema == nil {
        faults.append("no .yml names it under models:")
      } else if !found.isDescribed {
        faults.append("\(found.schema ?? "its .yml") gives it no description")
      }
      if found.tests == 0 { faults.append("it has no tests") }
      return Line(model: model, found: found, faults: faults)
    }
  }

  var isFine: Bool { unreadable.isEmpty && lines.allSatisfy(\.faults.isEmpty) }
}

struct DbtCheckView {
  var check: DbtCheck

  func lines(_ console: Console) -> [String] {
    guard !check.lines.isEmpty else { return ["No version names a dbt model: there is nothing to check."] + unreadable(console) }
    var table = Table(.text("Metric"), .text("Version"), .text("Model"), .text("SQL"), .number("Tests"), .prose("Standing"))
    for line in check.lines {
      table.add(
        Cell(line.model.metric, .bold), Cell(line.model.version), Cell(line.model.path), Cell(line.found.sql ?? "-", .dim),
        Cell("\(line.found.tests)"),
        line.faults.isEmpty ? Cell("ok", .good) : Cell(line.faults.joined(separator: "; "), .bad))
    }
    let wrong = check.lines.count { !$0.faults.isEmpty }
    let sentence =
      wrong == 0
      ? "All of \(Quantity.count(check.lines.count, "model")) are there, described and tested."
      : "\(wrong) of \(Quantity.count(check.lines.count, "model")) lack something."
    return table.lines(style: console.style, width: console.width) + unreadable(console) + ["", sentence]
  }

  private func unreadable(_ console: Console) -> [String] {
    check.unreadable.map { "\(console.style.red("could not be read")): \($0.printable)" }
  }

  var json: JSONValue {
    [
      "isFine": .bool(check.isFine), "models": .array(check.lines.map(Self.json)),
      "unreadable": .array(check.unreadable.map(JSONValue.string)),
    ]
  }

  private static func json(_ line: DbtCheck.Line) -> JSONValue {
    [
      "metricKey": .string(line.model.metric), "version": .string(line.model.version), "dbtModel": .string(line.model.path),
      "sql": .string(line.found.sql ?? ""), "schema": .string(line.found.schema ?? ""),
      "tests": .number(JSONNumber(line.found.tests)),
      "faults": .array(line.faults.map(JSONValue.string)),
    ]
  }
}
