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
    guard let text = value(names.address) else {
      for name in [names.model, names.keyFile] where value(name) != nil {
        throw ServiceEnvironmentError("\(name) is set and \(names.address) is not; set both or neither")
      }
      return nil
    }
    guard let address = ServiceAddress(text), !address.hasPath else {
      throw ServiceEnvironmentError(
        "\(names.address) has \"\(text)\"; right would be an address without a path, such as https://models.example.com, or"
          + " http://127.0.0.1:11434 on this machine (beyond it only https, for the texts of workbooks travel there)")
    }
    guard let model = value(names.model) else {
      throw ServiceEnvironmentError("\(names.model) must name the model at \(address.text)")
    }
    let keyFile = value(names.keyFile)
    guard keyFile.map({ $0.hasPrefix("/") }) ?? true else {
      throw ServiceEnvironmentError("\(names.keyFile) must be the whole path of a file, from / on")
    }
    self.init(address: address.text, model: model, keyFile: keyFile)
  }
}
