/// Labels and what belongs to them, one below the other; texts that are too long for the terminal go on in the next line.
struct Facts {
  private var facts: [(label: String, text: String, ink: Ink)] = []

  /// Adds a fact; one without a text is left out.
  mutating func add(_ label: String, _ text: String, _ ink: Ink = .plain) {
    if !text.isEmpty { facts.append((label, text.printable, ink)) }
  }

  func lines(_ console: Console, indent: String = "") -> [String] {
    let widest = facts.reduce(0) { max($0, $1.label.displayWidth) }
    let space = console.width.map { $0 - indent.count - widest - Table.gap.count }
    return facts.flatMap { fact in
      fact.text.wrapped(to: space).enumerated().map { index, line in
        let label = index == 0 ? fact.label : ""
        let padding = String(repeating: " ", count: widest - label.displayWidth) + Table.gap
        return indent + console.style.dim(label) + padding + console.style.paint(line, fact.ink)
      }
    }
  }
}

extension String {
  /// The text in lines of at most that width, broken between words; words that are longer have a line of their own. Nil is no limit.
  func wrapped(to width: Int?) -> [String] {
    guard let width = width.map({ max($0, Table.narrowest) }), displayWidth > width else { return [self] }
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.displayWidth + 1 + String(word).displayWidth > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
