import Cryptography
import Glibc
import RPC
import Runtime
import Testing

@Suite struct ServiceSecurityTests {
  private let good = ["LODESTAR_DATABASE_URL": "host=/run/pg user=me"]

  /// Certificate and key in files that go after the body.
  private func withFiles(_ body: ([String: String]) throws -> Void) throws {
    let stem = "/tmp/lodestar-environment-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let authority = try CertificateAuthority(commonName: "Test CA")
    let identity = try authority.issue(CertificateRequest(commonName: "metrics"))
    let files = [(".pem", identity.certificateChain), (".key", identity.privateKey), (".ca", authority.certificatePEM)]
    defer { for (ending, _) in files { unsafe unlink(stem + ending) } }
    for (ending, bytes) in files { try PrivateFile.write(bytes, to: stem + ending) }
    try body(
      good.merging([
        "LODESTAR_TLS_CERTIFICATE": stem + ".pem", "LODESTAR_TLS_KEY": stem + ".key", "LODESTAR_TLS_AUTHORITY": stem + ".ca",
      ]) { $1 })
  }

  private func problems(_ variables: [String: String]) -> [String] {
    do {
      _ = try ServiceEnvironment(variables: variables)
      return []
    } catch { return error.problems }
  }

  @Test func `nothing said is clear text, three files are TLS both ways`() throws {
    let clear = try ServiceEnvironment(variables: good)
    #expect(clear.security == nil)
    #expect(clear.channelConfiguration.security == nil)
    try withFiles { variables in
      let environment = try ServiceEnvironment(variables: variables)
      #expect(environment.security != nil)
      #expect(environment.channelConfiguration.security != nil)
    }
  }

  @Test func `half of it is a problem that names the other half`() throws {
    try withFiles { variables in
      for missing in ["LODESTAR_TLS_CERTIFICATE", "LODESTAR_TLS_KEY"] {
        let said = problems(variables.filter { $0.key != missing })
        #expect(said.count == 1 && said[0].hasPrefix("\(missing) is not set"), "\(said)")
      }
    }
  }

  @Test func `files that do not fit, and words nobody knows, are problems`() throws {
    try withFiles { variables in
      let mixed = variables.merging(["LODESTAR_TLS_KEY": variables["LODESTAR_TLS_CERTIFICATE"]!]) { $1 }
      #expect(problems(mixed).first?.contains("no private key") == true)
      let absent = variables.merging(["LODESTAR_TLS_AUTHORITY": "/nowhere/ca.pem"]) { $1 }
      #expect(problems(absent).first?.contains("/nowhere/ca.pem cannot be read") == true)
      let odd = variables.merging(["LODESTAR_TLS_CLIENTS": "some"]) { $1 }
      #expect(problems(odd).first?.contains("none, optional, required") == true)
    }
  }
}
