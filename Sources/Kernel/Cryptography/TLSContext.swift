import COpenSSL

/// What is spoken inside of TLS, as both sides agree while they shake hands (ALPN, RFC 7301).
public enum ApplicationProtocol: Sendable, Equatable {
  /// HTTP/2, which both sides have to name.
  case http2
  /// HTTP/1.1, which is also meant by a server that names nothing. For clients.
  case http11

  var name: [UInt8] {
    switch self {
    case .http2: Array("h2".utf8)
    case .http11: Array("http/1.1".utf8)
    }
  }
}

/// What all TLS connections of one side have in common: identity, trust, versions, and the one protocol that is spoken. Never changed
/// once made; sessions keep it alive, so that a newer one can take its place for later connections.
@safe public final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer
  let role: TLSRole
  let speaks: ApplicationProtocol

  /// ALPN's wire form: a length and a name.
  static let protocols: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]
  /// The AEAD suites with forward secrecy, which are what HTTP/2 allows of TLS 1.2 (RFC 9113, section 9.2.2).
  private static let tls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"

  /// A server's. Throws `TLSError` when certificate and key do not fit, or cannot be read.
  /// - Parameter trust: whose certificates clients may have; not looked at when no client is asked for one.
  public static func server(
    identity: TLSIdentity, clients: ClientVerification = .none, trust: TLSTrust = .system, minimumVersion: TLSVersion = .tls13
  ) throws(TLSError) -> TLSContext {
    let context = try TLSContext(role: .server, minimumVersion: minimumVersion)
    try context.use(identity)
    try context.verify(clients)
    if clients != .none { try context.rely(on: trust) }
    unsafe SSL_CTX_set_alpn_select_cb(context.pointer, selectProtocol, nil)
    unsafe SSL_CTX_set_client_hello_cb(context.pointer, requireProtocolOffer, nil)
    return context
  }

  /// A client's. The server's certificate is always checked: its signature, its dates, and the name in it.
  /// - Parameter identity: what is shown to servers that ask for a certificate.
  public static func client(
    identity: TLSIdentity? = nil, trust: TLSTrust = .system, minimumVersion: TLSVersion = .tls13,
    speaking: ApplicationProtocol = .http2
  ) throws(TLSError) -> TLSContext {
    let protocols = [UInt8(speaking.name.count)] + speaking.name
    return try client(
      identity: identity, trust: trust, versions: (minimumVersion, .tls13), protocols: protocols, speaking: speaking)
  }

  /// A client's that may speak less than a peer of ours should: for the tests of what a server refuses.
  static func client(
    identity: TLSIdentity?, trust: TLSTrust, versions: (oldest: TLSVersion, newest: TLSVersion), protocols: [UInt8],
    speaking: ApplicationProtocol = .http2
  ) throws(TLSError) -> TLSContext {
    let context = try TLSContext(role: .client, minimumVersion: versions.oldest, speaking: speaking)
    if versions.newest == .tls12 { _ = unsafe copenssl_set_maximum_version(context.pointer, TLS1_2_VERSION) }
    if let identity { try context.use(identity) }
    try context.rely(on: trust)
    unsafe SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, noteVerification)
    guard unsafe SSL_CTX_set_alpn_protos(context.pointer, protocols, UInt32(protocols.count)) == 0 else {
      throw TLSError(draining: "ALPN cannot be set")
    }
    return context
  }

  private init(role: TLSRole, minimumVersion: TLSVersion, speaking: ApplicationProtocol = .http2) throws(TLSError) {
    ERR_clear_error()
    guard let pointer = unsafe SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
      throw TLSError(draining: "TLS cannot be set up")
    }
    unsafe self.pointer = unsafe pointer
    self.role = role
    speaks = speaking
    unsafe copenssl_set_modes(pointer)
    // Every connection verifies its peer anew and none can be resumed: connections of ours live for hours, so a ticket would save
    // little, and would let a peer in whose certificate has expired or whose authority is no longer trusted.
    unsafe copenssl_disable_sessions(pointer)
    unsafe SSL_CTX_set_num_tickets(pointer, 0)
    unsafe copenssl_set_options(pointer)
    let version = minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
    guard unsafe copenssl_set_minimum_version(pointer, version) == 1,
      unsafe SSL_CTX_set_cipher_list(pointer, Self.tls12Ciphers) == 1
    else { throw TLSError(draining: "TLS cannot be set up") }
  }

  deinit { unsafe SSL_CTX_free(pointer) }

  private func use(_ identity: TLSIdentity) throws(TLSError) {
    let chain = try PEMText.certificates(identity.certificateChain, what: "the certificate")
    let key = try PEMText.privateKey(identity.privateKey, what: "the private key")
    guard unsafe X509_check_private_key(chain[0].pointer, key.pointer) == 1 else {
      ERR_clear_error()
      throw TLSError("the private key does not belong to the certificate")
    }
    guard unsafe SSL_CTX_use_certificate(pointer, chain[0].pointer) == 1, unsafe SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1
    else { throw TLSError(draining: "the certificate cannot be used") }
    for intermediate in chain.dropFirst() {
      guard unsafe copenssl_add_chain_certificate(pointer, intermediate.pointer) == 1 else {
        throw TLSError(draining: "the certificate's chain cannot be used")
      }
    }
  }

  private func verify(_ clients: ClientVerification) throws(TLSError) {
    let mode =
      switch clients {
      case .none: SSL_VERIFY_NONE
      case .optional: SSL_VERIFY_PEER
      case .required: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
      }
    unsafe SSL_CTX_set_verify(pointer, mode, noteVerification)
  }

  private func rely(on trust: TLSTrust) throws(TLSError) {
    switch trust {
    case .system:
      guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
        throw TLSError(draining: "the machine's authorities cannot be read")
      }
    case .authorities(let pem):
      let store = unsafe SSL_CTX_get_cert_store(pointer)
      for authority in try PEMText.certificates(pem, what: "the authority") {
        guard unsafe X509_STORE_add_cert(store, authority.pointer) == 1 else {
          throw TLSError(draining: "the authority cannot be used")
        }
        // Servers tell clients whose certificates they take, so that a client with several can choose.
        if role == .server { _ = unsafe SSL_CTX_add_client_CA(pointer, authority.pointer) }
      }
    }
  }
}

// MARK: OpenSSL's callbacks. They capture nothing: what belongs to a session is found through it.

/// A server's choice among the protocols that the client offers: h2 or nothing.
private let selectProtocol: SSL_CTX_alpn_select_cb_func = { _, chosen, chosenLength, offered, offeredLength, _ in
  let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredLength))
  var place = 0
  while place < list.count {
    let length = unsafe Int(list[place])
    let end = place + 1 + length
    guard end <= list.count else { break }
    if unsafe list[(place + 1)..<end].elementsEqual([UInt8(ascii: "h"), UInt8(ascii: "2")]), let offered = unsafe offered {
      unsafe chosen?.pointee = unsafe offered + place + 1
      unsafe chosenLength?.pointee = UInt8(length)
      return SSL_TLSEXT_ERR_OK
    }
    place = end
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL
}

/// A client that offers no protocols at all never reaches the choice above: it is refused when its greeting is read.
private let requireProtocolOffer: SSL_client_hello_cb_fn = { session, alert, _ in
  var extensionBytes: UnsafePointer<UInt8>? = nil
  var length = 0
  let type = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
  if unsafe SSL_client_hello_get0_ext(session, type, &extensionBytes, &length) == 1 { return SSL_CLIENT_HELLO_SUCCESS }
  unsafe alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
  return SSL_CLIENT_HELLO_ERROR
}

/// Keeps OpenSSL's judgement of a certificate and notes which one it was about, for the message.
private let noteVerification: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, store in
  guard isGood != 1, let store = unsafe store else { return isGood }
  let slot = SSL_get_ex_data_X509_STORE_CTX_idx()
  guard let session = unsafe X509_STORE_CTX_get_ex_data(store, slot) else { return isGood }
  guard let notes = unsafe TLSSessionNotes.of(OpaquePointer(session)) else { return isGood }
  notes.refusal = unsafe CertificateJudgement.words(store)
  return isGood
}
