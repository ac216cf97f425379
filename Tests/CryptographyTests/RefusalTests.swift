import Testing

@testable import Cryptography

/// Who is refused, with which words on both sides.
@Suite struct RefusalTests {
  private func refusals(
    _ server: TLSContext, _ client: TLSContext, serverName: String = "metrics.test"
  ) throws -> (server: String, client: String) {
    let pair = try TLSPair(server: server, client: client, serverName: serverName)
    let said = pair.refusals()
    #expect(pair.server.state != .open || pair.client.state != .open)
    return (said.server ?? "nothing", said.client ?? "nothing")
  }

  @Test func `a certificate that has expired is refused, with its name and date`() throws {
    let authority = try TestAuthority()
    let server = try authority.server { $0.validity = CertificateValidity(beginsInSeconds: -7200, endsInSeconds: -3600) }
    let said = try refusals(server, authority.client())
    #expect(said.client.contains("certificate has expired: \"metrics\", valid until "))
    #expect(said.server.contains("our certificate has expired"))
  }

  @Test func `a certificate that is not valid yet is refused`() throws {
    let authority = try TestAuthority()
    let server = try authority.server { $0.validity = CertificateValidity(beginsInSeconds: 3600, endsInSeconds: 7200) }
    #expect(try refusals(server, authority.client()).client.contains("certificate is not yet valid: \"metrics\", from "))
  }

  @Test(arguments: [
    ("other.test", "metrics.test, 127.0.0.1"), ("127.0.0.2", "metrics.test, 127.0.0.1"), ("metrics", "metrics.test"),
  ])
  func `a certificate for another host is refused, and the message names those it is for`(name: String, said: String) throws {
    let authority = try TestAuthority()
    let words = try refusals(authority.server(), authority.client(), serverName: name).client
    #expect(words.contains("the certificate is for another ") && words.contains(said), "\(words)")
  }

  @Test(arguments: ["metrics.test", "METRICS.test", "127.0.0.1", "::1", "a.wild.test"])
  func `every name and address of the certificate is taken`(name: String) throws {
    let authority = try TestAuthority()
    let server = try authority.server { $0.dnsNames.append("*.wild.test") }
    let pair = try TLSPair(server: server, client: authority.client(), serverName: name)
    _ = try pair.run()
    #expect(pair.client.state == .open)
  }

  @Test func `an authority that is not trusted is named`() throws {
    let stranger = try TestAuthority("Stranger CA")
    let said = try refusals(stranger.server(), TestAuthority().client())
    #expect(said.client.contains("unknown authority") && said.client.contains("\"Stranger CA\""), "\(said.client)")
    #expect(said.server.contains("does not trust the authority that issued our certificate"), "\(said.server)")
  }

  @Test func `an authority of the same name with another key is no way in`() throws {
    let said = try refusals(TestAuthority().server(), TestAuthority().client())
    #expect(said.client.contains("handshake failed"), "\(said.client)")
  }

  @Test func `a chain that ends in an authority nobody trusts is told apart from a lone certificate`() throws {
    let stranger = try TestAuthority("Stranger CA")
    var identity = try stranger.identity()
    identity.certificateChain += stranger.authority.certificatePEM
    let said = try refusals(TLSContext.server(identity: identity), TestAuthority().client())
    #expect(said.client.contains("self-signed certificate in chain: trust the authority \"Stranger CA\""), "\(said.client)")
  }

  @Test func `a client's certificate is no server's, and the other way round`() throws {
    let authority = try TestAuthority()
    let server = try authority.server(clients: .required) { $0.uses = [.client] }
    #expect(try refusals(server, authority.client()).client.contains("not issued for this use"))
    let client = try authority.client(authority.identity { $0.uses = [.server] })
    #expect(try refusals(authority.server(clients: .required), client).server.contains("not issued for this use"))
  }

  @Test func `a client without the certificate that is required is refused, and learns what it lacks`() throws {
    let authority = try TestAuthority()
    let said = try refusals(authority.server(clients: .required), authority.client())
    #expect(said.server.contains("the client sent no certificate, and one is required"))
    #expect(said.client.contains("asks for a certificate and got none"), "\(said.client)")
  }

  @Test func `a client whose authority the server does not trust is refused, even where certificates are optional`() throws {
    let authority = try TestAuthority()
    let stranger = try TestAuthority("Stranger CA").identity { $0.commonName = "intruder" }
    let client = try TLSContext.client(identity: stranger, trust: authority.trust)
    for clients in [ClientVerification.required, .optional] {
      let said = try refusals(authority.server(clients: clients), client)
      #expect(said.server.contains("unknown authority") && said.server.contains("\"intruder\""), "\(said.server)")
    }
  }

  @Test func `an optional certificate may be left out, and is known when it is shown`() throws {
    let authority = try TestAuthority()
    let server = try authority.server(clients: .optional)
    let without = try TLSPair(server: server, client: authority.client())
    _ = try without.run()
    #expect(without.server.state == .open)
    #expect(without.server.peer == nil)
    let identity = try authority.identity {
      $0.commonName = "lodestar-sync"
      $0.uris = ["spiffe://lodestar/sync"]
      $0.addresses = ["10.0.0.1", "2001:db8::1:0:0:1", "::"]
    }
    let with = try TLSPair(server: server, client: authority.client(identity))
    _ = try with.run()
    #expect(
      with.server.peer
        == PeerIdentity(
          commonName: "lodestar-sync", dnsNames: ["metrics.test"], uris: ["spiffe://lodestar/sync"],
          addresses: ["10.0.0.1", "2001:db8::1:0:0:1", "::"]))
  }

  @Test func `TLS 1,2 is refused unless it is allowed`() throws {
    let authority = try TestAuthority()
    let old = try TLSContext.client(
      identity: nil, trust: authority.trust, versions: (.tls12, .tls12), protocols: TLSContext.protocols)
    let said = try refusals(authority.server(), old)
    #expect(said.server.contains("no version of TLS that is allowed here"), "\(said.server)")
    #expect(said.client.contains("does not speak this version of TLS"), "\(said.client)")
    let pair = try TLSPair(server: authority.server(minimumVersion: .tls12), client: old)
    _ = try pair.run()
    #expect(pair.server.cipher.hasPrefix("TLSv1.2 ECDHE-"))
  }

  @Test func `who does not speak HTTP/2 is refused`() throws {
    let authority = try TestAuthority()
    func client(offering protocols: [UInt8]) throws -> TLSContext {
      try TLSContext.client(identity: nil, trust: authority.trust, versions: (.tls13, .tls13), protocols: protocols)
    }
    let silent = try client(offering: [])
    #expect(try refusals(authority.server(), silent).server.contains("does not offer HTTP/2 (ALPN h2)"))
    let other = try client(offering: Array("\u{8}http/1.1".utf8))
    let said = try refusals(authority.server(), other)
    #expect(said.server.contains("does not offer HTTP/2 (ALPN h2)"))
    #expect(said.client.contains("does not speak HTTP/2 (ALPN h2)"))
  }

  @Test func `a key that belongs to another certificate, and text that is none, are refused when the context is made`() throws {
    let authority = try TestAuthority()
    let (one, other) = (try authority.identity(), try authority.identity())
    let mixed = TLSIdentity(certificateChain: one.certificateChain, privateKey: other.privateKey)
    #expect(throws: TLSError("the private key does not belong to the certificate")) { try TLSContext.server(identity: mixed) }
    let half = TLSIdentity(certificateChain: Array(one.certificateChain.prefix(300)), privateKey: one.privateKey)
    #expect(throws: TLSError.self) { try TLSContext.server(identity: half) }
    let none = TLSIdentity(certificateChain: Array("hello".utf8), privateKey: one.privateKey)
    let error = #expect(throws: TLSError.self) { try TLSContext.server(identity: none) }
    #expect(error?.description.contains("-----BEGIN CERTIFICATE-----") == true)
  }
}
