/// Where in the architecture a file lives.
enum Room: Equatable, Sendable {
  case foreign(String)
  case kernel(String)
  case domain(String)
  case server(String)
  case main(String)
  case messages
  case generator
  case commandLine
  case console
  case localSystem
  case yamlText
  /// The program that takes part in gRPC's interoperability tests.
  case interop
  /// A test target, or the code that test targets share.
  case tests(String)
  case other

  init(path: String) {
    let parts = path.split(separator: "/").map(String.init)
    switch (parts.first, parts.dropFirst().first, parts.count) {
    case ("Sources", "C", 4...): self = .foreign(parts[2])
    case ("Sources", "Kernel", 4...): self = .kernel(parts[2])
    case ("Sources", "Services", 5...) where parts[3] == "Domain": self = .domain(parts[2])
    case ("Sources", "Services", 5...) where parts[3] == "Server": self = .server(parts[2])
    case ("Sources", "Services", 5...) where parts[3] == "Main": self = .main(parts[2])
    case ("Sources", "Messages", 3...): self = .messages
    case ("Sources", "Generator", 3...): self = .generator
    case ("Sources", "CLI", 3...): self = .commandLine
    case ("Sources", "Console", 3...): self = .console
    case ("Sources", "LocalSystem", 3...): self = .localSystem
    case ("Sources", "YAMLText", 3...): self = .yamlText
    case ("Sources", "Interop", 3...): self = .interop
    case ("Tests", let target?, 3...): self = .tests(target)
    default: self = .other
    }
  }
}
