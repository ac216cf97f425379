@testable import Cryptography

/// A server and a client that speak to each other through arrays of bytes.
final class TLSPair {
  var server: TLSSession
  var client: TLSSession

  init(server: TLSContext, client: TLSContext, serverName: String = "metrics.test") throws {
    let one = try TLSSession(server)
    let other = try TLSSession(client, serverName: serverName)
    self.server = one
    self.client = other
  }

  /// Carries ciphertext both ways until nobody has any; answers what each side read. Throws the first refusal, whose alert is delivered.
  func run() throws -> (server: [UInt8], client: [UInt8]) {
    var read: (server: [UInt8], client: [UInt8]) = ([], [])
    while server.waitingCiphertext + client.waitingCiphertext > 0 {
      read.server += try server.open(client.takeCiphertext())
      read.client += try client.open(server.takeCiphertext())
    }
    return read
  }

  /// The errors that both sides end with when the handshake is refused.
  func refusals() -> (server: String?, client: String?) {
    var said: (server: String?, client: String?) = (nil, nil)
    while server.waitingCiphertext + client.waitingCiphertext > 0 {
      do { _ = try server.open(client.takeCiphertext()) } catch { said.server = "\(error)" }
      do { _ = try client.open(server.takeCiphertext()) } catch { said.client = "\(error)" }
    }
    return said
  }
}

extension TLSSession {
  /// Opens bytes of an array.
  mutating func open(_ ciphertext: [UInt8]) throws(TLSError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Self.headroom) + ciphertext
    let range = Self.headroom..<buffer.count
    let result: Result<Int, TLSError> = unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(TLSError) { return .success(unsafe try open(bytes, ciphertext: range)) } catch { return .failure(error) }
    }
    return Array(buffer[..<(try result.get())])
  }

  mutating func seal(_ text: String) throws(TLSError) { try seal(Array(text.utf8)) }

  mutating func seal(_ plaintext: [UInt8]) throws(TLSError) {
    let result: Result<Void, TLSError> = unsafe plaintext.withUnsafeBytes { bytes in
      do throws(TLSError) { return .success(unsafe try seal(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }
}

/// An authority with the certificates that tests need.
struct TestAuthority {
  let authority: CertificateAuthority

  init(_ name: String = "Test CA") throws { authority = try CertificateAuthority(commonName: name) }

  func identity(_ change: (inout CertificateRequest) -> Void = { _ in }) throws -> TLSIdentity {
    var request = CertificateRequest(commonName: "metrics")
    request.dnsNames = ["metrics.test"]
    request.addresses = ["127.0.0.1", "::1"]
    change(&request)
    return try authority.issue(request)
  }

  var trust: TLSTrust { .authorities(authority.certificatePEM) }

  func server(
    clients: ClientVerification = .none, minimumVersion: TLSVersion = .tls13,
    _ change: (inout CertificateRequest) -> Void = { _ in }
  ) throws -> TLSContext {
    try TLSContext.server(identity: identity(change), clients: clients, trust: trust, minimumVersion: minimumVersion)
  }

  func client(_ identity: TLSIdentity? = nil, minimumVersion: TLSVersion = .tls13) throws -> TLSContext {
    try TLSContext.client(identity: identity, trust: trust, minimumVersion: minimumVersion)
  }
}
