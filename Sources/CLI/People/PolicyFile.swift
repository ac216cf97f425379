import LocalSystem

/// The policy of a private system, in its state directory.
struct PolicyFile {
  let path: String

  init(_ layout: SystemLayout) {
    path = layout.policy
  }

  /// Writes the policy of a new system, where there is none.
  func prepare(report: (String) -> Void) throws {
    guard !Files.exists(path) else { return }
    report("writing down who may do what, in \(path)")
    try write(.new(for: .atThisTerminal))
  }

  /// Nil when there is none.
  func read() throws -> PolicyDocument? {
    guard let text = try Files.read(path) else { return nil }
    do {
      return try PolicyDocument(text: text)
    } catch {
      throw Failure(
        .refused, "\(path) cannot be understood: \(error.reason)",
        mend: "mend it; until then lodestar-metrics keeps to what it said before")
    }
  }

  /// Whole or not at all: lodestar-metrics may be reading it.
  func write(_ document: PolicyDocument) throws { try Files.write(document.text, to: path) }
}
