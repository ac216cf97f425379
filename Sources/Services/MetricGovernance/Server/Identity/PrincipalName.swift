/// How principals are named: by URIs of this domain in certificates and in the audit trail, and shorter by people.
enum PrincipalName {
  static let domain = "spiffe://lodestar.local/"
  static let people = domain + "person/"
  private static let longest = 255

  /// The name of a person's URI: "ada".
  static func person(_ uri: String) -> String? {
    guard uri.hasPrefix(people), uri.utf8.count > people.utf8.count else { return nil }
    return String(uri.dropFirst(people.count))
  }

  /// What people say for a URI: "person/ada", "lodestar-sync"; another domain's stays whole.
  static func short(_ uri: String) -> String {
    uri.hasPrefix(domain) ? String(uri.dropFirst(domain.count)) : uri
  }

  /// The URI of what people say; nil for what can be none.
  static func uri(_ name: String) -> String? {
    let uri = name.contains("://") ? name : domain + name
    guard uri.utf8.count <= longest, uri.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    guard uri != domain, !people.hasPrefix(uri), !uri.hasSuffix("/") else { return nil }
    return uri
  }
}
