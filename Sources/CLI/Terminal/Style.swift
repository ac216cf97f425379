import Glibc

/// Colour and weight on a terminal; plain text anywhere else.
struct Style: Sendable, Equatable {
  let isColoured: Bool

  static let plain = Style(isColoured: false)
  static let coloured = Style(isColoured: true)

  /// What suits a file descriptor: colour only on a terminal, and not where people said that they want none (https://no-color.org).
  static func suiting(fileDescriptor: Int32, environment: [String: String]) -> Style {
    let isWanted = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return Style(isColoured: isWanted && isatty(fileDescriptor) == 1)
  }

  func bold(_ text: String) -> String { painted(text, 1) }
  func dim(_ text: String) -> String { painted(text, 2) }
  func red(_ text: String) -> String { painted(text, 31) }
  func green(_ text: String) -> String { painted(text, 32) }
  func yellow(_ text: String) -> String { painted(text, 33) }
  func cyan(_ text: String) -> String { painted(text, 36) }

  /// A painter by name, for cells that choose theirs.
  func paint(_ text: String, _ ink: Ink) -> String {
    switch ink {
    case .plain: text
    case .bold: bold(text)
    case .dim: dim(text)
    case .good: green(text)
    case .warning: yellow(text)
    case .bad: red(text)
    }
  }

  private func painted(_ text: String, _ code: Int) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// What a text means to its reader; a style turns it into colour.
enum Ink: Sendable {
  case plain, bold, dim, good, warning, bad
}
