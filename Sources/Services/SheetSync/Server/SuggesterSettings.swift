import Runtime
import SheetSyncDomain

extension ChainSuggester.Settings {
  private static let names = (
    address: "LODESTAR_SYNC_SUGGESTER_ADDRESS", model: "LODESTAR_SYNC_SUGGESTER_MODEL", keyFile: "LODESTAR_SYNC_SUGGESTER_KEY_FILE"
  )

  /// Reads where the language model is; nil when none is named. Throws what is wrong and what would be right.
  init?(variables: [String: String]) throws(ServiceEnvironmentError) {
    func value(_ name: String) -> String? { variables[name].map { CellText.trimmed($0) }.flatMap { $0.isEmpty ? nil : $0 } }
    let names = Self.names
    guard var address = value(names.address) else {
      for name in [names.model, names.keyFile] where value(name) != nil {
        throw ServiceEnvironmentError("\(name) is set and \(names.address) is not; set both or neither")
      }
      return nil
    }
    while address.hasSuffix("/") { address.removeLast() }
    guard Self.isSafe(address) else {
      throw ServiceEnvironmentError(
        "\(names.address) has \"\(address)\"; right would be an address without a path, such as https://models.example.com, or"
          + " http://127.0.0.1:11434 on this machine (beyond it only https, for the texts of workbooks travel there)")
    }
    guard let model = value(names.model) else {
      throw ServiceEnvironmentError("\(names.model) must name the model at \(address)")
    }
    let keyFile = value(names.keyFile)
    guard keyFile.map({ $0.hasPrefix("/") }) ?? true else {
      throw ServiceEnvironmentError("\(names.keyFile) must be the whole path of a file, from / on")
    }
    self.init(address: address, model: model, keyFile: keyFile)
  }

  /// https anywhere, http only to this machine; a host and perhaps a port, nothing else.
  private static func isSafe(_ address: String) -> Bool {
    for (scheme, isEncrypted) in [("https://", true), ("http://", false)] where address.hasPrefix(scheme) {
      let rest = address.dropFirst(scheme.count)
      let isPlain = rest.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || ".-:[]".utf8.contains(byte)
      }
      guard isPlain, !rest.isEmpty else { return false }
      if isEncrypted { return true }
      let isIPv6 = rest.hasPrefix("[::1]")
      let host = isIPv6 ? "[::1]" : String(rest.prefix { $0 != ":" })
      let port = rest.dropFirst(host.count)
      return ["127.0.0.1", "localhost", "[::1]"].contains(host)
        && (port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil))
    }
    return false
  }
}
