/// A random password per role, kept in a file that only its owner reads.
public struct ClusterPasswords: Sendable {
  private let byRole: [String: String]

  /// Reads the file, or makes it.
  init(file: String) throws(LocalSystemError) {
    let roles = [PrivateCluster.administrator] + Provisioning.contexts.map(\.role)
    if let text = try Files.read(file) {
      byRole = Dictionary(
        text.split(separator: "\n").compactMap { line in
          let parts = line.split(separator: "=", maxSplits: 1)
          return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }, uniquingKeysWith: { $1 })
    } else {
      byRole = Dictionary(uniqueKeysWithValues: roles.map { ($0, Self.random()) })
      let text = roles.map { "\($0)=\(byRole[$0] ?? "")\n" }.joined()
      try Files.write(text, to: file, mode: 0o600)
    }
  }

  public func password(of role: String) throws(LocalSystemError) -> String {
    guard let password = byRole[role] else {
      throw LocalSystemError(
        "there is no password for the role \(role)", mend: "remove the state directory and run `lodestar up` again")
    }
    return password
  }

  /// 144 random bits in letters and digits that need no quoting anywhere.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    return String((0..<25).map { _ in alphabet.randomElement(using: &generator) ?? "x" })
  }
}
