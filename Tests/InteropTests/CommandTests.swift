import ArgumentParser
import Testing

@testable import lodestar_interop

struct CommandTests {
  @Test func `the flags of gRPC's own scripts mean what ours mean`() throws {
    let theirs = try #require(
      try InteropCommand.parseAsRoot([
        "client", "--server_host=127.0.0.1", "--server_port=8080", "--server_host_override=foo.test.google.fr",
        "--test_case=special_status_message", "--use_tls=true", "--use_test_ca=true", "--authority=ca.pem", "--soak_iterations=7",
      ]) as? ClientCommand)
    let ours = try #require(
      try InteropCommand.parseAsRoot([
        "client", "--host", "127.0.0.1", "--port", "8080", "--server-name", "foo.test.google.fr", "--case",
        "special_status_message", "--tls", "--authority", "ca.pem", "--soak_iterations", "7",
      ]) as? ClientCommand)
    for command in [theirs, ours] {
      #expect(command.host == "127.0.0.1" && command.port == 8080 && command.serverName == "foo.test.google.fr")
      #expect(command.testCase == .specialStatusMessage && command.tls.isOn && command.soak.settings.iterations == 7)
    }
    let server = try #require(
      try InteropCommand.parseAsRoot(["server", "--port=8080", "--test_case=rst_during_data", "--use_tls=false"]) as? ServerCommand)
    #expect(server.port == 8080 && server.testCase == .rstDuringData && !server.tls.isOn)
  }

  @Test(arguments: [
    (["client", "--port", "1", "--case", "nope"], "nope"), (["client", "--port", "0", "--case", "ping"], "--port is 1 to 65535"),
    (["client", "--port", "1", "--case", "ping", "--authority", "a"], "add --tls"),
    (["client", "--port", "1", "--case", "ping", "--use_tls=true", "--use_test_ca=true"], "--authority"),
    (["client", "--port", "1", "--case", "rpc_soak", "--soak_iterations", "0"], "above 0"),
    (["server", "--port", "65536"], "--port is 0 to 65535"), (["server", "--port", "1", "--case", "empty_unary"], "empty_unary"),
  ]) func `wrong usage is told`(arguments: [String], reason: String) {
    let error = #expect(throws: (any Error).self) { try InteropCommand.parseAsRoot(arguments) }
    let message = error.map { InteropCommand.fullMessage(for: $0) } ?? ""
    #expect(message.contains(reason), "\(message)")
  }
}
