/// A random password per role, kept in a file that only its owner reads.
public struct ClusterPasswords: Sendable {
  private let byRole: [String: String]

  /// Reads the file, or makes it.
  init(file: String) throws(LocalSystemError) {
    let roles = [PrivateCluster.administrator] + Provisioning.roles
    if let text = try Files.read(file) {
      var known = Dictionary(
        text.split(separator: "\n").compactMap { line in
          let parts = line.split(separator: "=", maxSplits: 1)
          return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }, uniquingKeysWith: { $1 })
      // Roles that came with a later version of this program.
      let new = roles.filter { known[$0] == nil }
      for role in new { known[role] = Self.random() }
      byRole = known
      if !new.isEmpty { try Self.write(known, to: file) }
    } else {
      byRole = Dictionary(uniqueKeysWithValues: roles.map { ($0, Self.random()) })
      try Self.write(byRole, to: file)
    }
  }

  private static func write(_ byRole: [String: String], to file: String) throws(LocalSystemError) {
    let text = byRole.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    try Files.write(text, to: file, mode: 0o600)
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
