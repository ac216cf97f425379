import Messages

/// What importing a registry's file would do, or did, or why it cannot be done.
struct ImportPlanView {
  var plan: ImportPlan
  var file: String

  func lines(_ console: Console) -> [String] {
    let style = console.style
    guard plan.problems.isEmpty else {
      let count = Quantity.count(plan.problems.count, "problem")
      return ["\(style.red("Not imported")): \(file.printable) has \(count), and nothing was changed.", ""] + problems(console)
    }
    guard !plan.steps.isEmpty else {
      return [
        "\(file.printable) says what the registry has: there is nothing to change \(style.dim("(revision \(plan.registryRevision))"))."
      ]
    }
    let count = Quantity.count(plan.steps.count, "step")
    let title =
      plan.applied
      ? "\(style.green("Imported")) \(file.printable): \(count), registry revision \(plan.registryRevision)."
      : "Importing \(file.printable) would take \(count) from revision \(plan.registryRevision) on:"
    var lines = [title, ""] + steps.lines(style: style, width: console.width, indent: "  ")
    if !plan.applied { lines += ["", "Nothing was changed. `lodestar metrics import \(file.printable) --reason …` does it."] }
    return lines
  }

  var steps: Table {
    var table = Table(.number("Step"), .text("Metric"), .text("Version"), .text("Action"), .prose("What"))
    for (number, step) in plan.steps.enumerated() {
      table.add(
        Cell("\(number + 1)", .dim), Cell(step.metricKey, .bold), Cell(step.version), Cell(step.action), Cell(step.description))
    }
    return table
  }

  /// Each with its place, in the order of lines.
  private func problems(_ console: Console) -> [String] {
    plan.problems.flatMap { problem -> [String] in
      let place = problem.line == 0 ? "" : "\(file):\(problem.line):\(problem.column)"
      let parts = [console.style.bold(place.printable), problem.path.printable, console.style.dim(problem.code.printable)]
      return [
        "  " + (place.isEmpty ? Array(parts.dropFirst()) : parts).filter { !$0.isEmpty }.joined(separator: "  "),
        "    " + problem.message.printable,
      ]
    }
  }
}
