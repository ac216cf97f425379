import Runtime
import Testing

@testable import SheetSyncServer

@Suite struct SuggesterSettingsTests {
  private func read(_ address: String?, _ model: String? = "tiny", _ keyFile: String? = nil) throws -> ChainSuggester.Settings? {
    var variables: [String: String] = [:]
    variables["LODESTAR_SYNC_SUGGESTER_ADDRESS"] = address
    variables["LODESTAR_SYNC_SUGGESTER_MODEL"] = model
    variables["LODESTAR_SYNC_SUGGESTER_KEY_FILE"] = keyFile
    return try ChainSuggester.Settings(variables: variables)
  }

  @Test func `none is named unless an address is`() throws {
    #expect(try read(nil, nil) == nil)
    #expect(try read("  ", nil) == nil)
    #expect(
      try read("https://models.example.com/", "large", "/run/key")
        == ChainSuggester.Settings(address: "https://models.example.com", model: "large", keyFile: "/run/key"))
  }

  @Test(arguments: ["http://127.0.0.1:11434", "http://localhost", "http://[::1]:80", "https://models.example.com:8443"])
  func `texts travel encrypted, or not beyond this machine`(address: String) throws {
    #expect(try read(address)?.address == address)
  }

  @Test(arguments: [
    "http://models.example.com", "http://127.0.0.1.example.com", "http://localhost@example.com", "ftp://127.0.0.1",
    "127.0.0.1:11434",
    "https://", "https://host/v1", "https://user:pass@host", "http://127.0.0.1:port", "http://[::1]x", "https://a b",
  ])
  func `any other address is refused with what would be right`(address: String) {
    let error = #expect(throws: ServiceEnvironmentError.self) { try read(address) }
    #expect(error?.description.contains("LODESTAR_SYNC_SUGGESTER_ADDRESS") == true)
  }

  @Test func `half a setting is refused`() {
    #expect(throws: ServiceEnvironmentError.self) { try read("https://host", nil) }
    #expect(throws: ServiceEnvironmentError.self) { try read(nil, "tiny") }
    #expect(throws: ServiceEnvironmentError.self) { try read(nil, nil, "/run/key") }
    #expect(throws: ServiceEnvironmentError.self) { try read("https://host", "tiny", "key") }
  }
}
