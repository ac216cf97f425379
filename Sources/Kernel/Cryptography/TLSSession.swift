import COpenSSL

/// One TLS connection without a socket: ciphertext in, plaintext out, and the other way round.
///
/// Its owner brings what the peer sent to `open`, sends what `takeCiphertext` gives, and does so after every call. No call ever waits.
@safe public struct TLSSession: ~Copyable {
  /// Where the connection stands.
  public enum State: Sendable, Equatable {
    case handshaking
    case open
    /// The peer has said that it will send no more.
    case ended
    case failed(TLSError)
  }

  /// How much room `open` needs before the ciphertext: two records, as the rest of one may come out before anything new is taken in.
  public static let headroom = 34 << 10
  /// The most plaintext in one record, and by how much a record is longer than its plaintext.
  public static let recordBytes = 16 << 10
  private static let recordOverhead = 64

  private let pointer: OpaquePointer
  private let notes: TLSSessionNotes
  private let role: TLSRole
  private let speaks: ApplicationProtocol
  public private(set) var state = State.handshaking
  /// The peer by its certificate; nil before the handshake's end, and for a client that showed none.
  public private(set) var peer: PeerIdentity?

  /// - Parameter serverName: a client's: the host name or numeric address that the server's certificate has to be valid for.
  public init(_ context: TLSContext, serverName: String? = nil) throws(TLSError) {
    let notes = TLSSessionNotes()
    ERR_clear_error()
    guard let made = unsafe SSL_new(context.pointer) else { throw TLSError(draining: "a TLS session cannot be made") }
    do throws(TLSError) {
      unsafe try Self.prepare(made, notes: notes, role: context.role, serverName: serverName)
    } catch {
      unsafe SSL_free(made)
      throw error
    }
    unsafe pointer = unsafe made
    role = context.role
    speaks = context.speaks
    self.notes = notes
  }

  private static func prepare(_ made: OpaquePointer, notes: TLSSessionNotes, role: TLSRole, serverName: String?) throws(TLSError) {
    guard unsafe notes.attach(to: made) else { throw TLSError(draining: "a TLS session cannot be made") }
    guard role == .client else {
      // Its handshake begins with what it is sent.
      unsafe SSL_set_accept_state(made)
      return
    }
    guard let serverName else { throw TLSError("a TLS client needs the name of its server, to hold its certificate against") }
    unsafe SSL_set_connect_state(made)
    unsafe try expect(serverName, of: made)
    let code = unsafe SSL_do_handshake(made)
    guard unsafe code == 1 || SSL_get_error(made, code) == SSL_ERROR_WANT_READ else {
      throw TLSError(draining: "the TLS handshake cannot begin")
    }
  }

  deinit { unsafe SSL_free(pointer) }

  /// A numeric address is looked for among the certificate's addresses; a name among its host names, and the server is told which of its
  /// names is meant (SNI).
  private static func expect(_ name: String, of pointer: OpaquePointer) throws(TLSError) {
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(pointer), name) == 1 { return }
    unsafe SSL_set_hostflags(pointer, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    guard unsafe SSL_set1_host(pointer, name) == 1, unsafe copenssl_set_server_name(pointer, name) == 1 else {
      throw TLSError(draining: "\"\(name)\" is no name of a server")
    }
  }

  // MARK: Ciphertext to send

  /// How much ciphertext waits to be sent.
  public var waitingCiphertext: Int { notes.output.count }

  /// What is to be sent now.
  public mutating func takeCiphertext() -> [UInt8] {
    defer { notes.output = [] }
    return notes.output
  }

  // MARK: In

  /// Takes in what the peer sent, which lies within the buffer, and lays the plaintext down at the buffer's beginning: as no record
  /// grows when it is opened, one buffer serves both, and nothing is left inside the session. Answers how much plaintext there is.
  ///
  /// Throws when the peer is refused or breaks the protocol: what there is to send then says so to the peer.
  /// - Precondition: the ciphertext begins at `headroom` or later.
  public mutating func open(
    _ buffer: UnsafeMutableRawBufferPointer, ciphertext: Range<Int>
  ) throws(TLSError) -> Int {
    precondition(ciphertext.lowerBound >= Self.headroom && ciphertext.upperBound <= buffer.count, "no room for plaintext")
    if case .failed(let error) = state { throw error }
    guard let base = buffer.baseAddress, state != .ended else { return 0 }
    unsafe notes.lend(UnsafeRawBufferPointer(rebasing: buffer[ciphertext]))
    defer { notes.takeBack() }
    var produced = 0
    while true {
      let room = notes.hasInput ? ciphertext.lowerBound + notes.consumed - produced : buffer.count - produced
      var count = 0
      ERR_clear_error()
      let code = unsafe SSL_read_ex(pointer, base + produced, room, &count)
      // A handshake that ends here is judged before anything that came behind it.
      try concludeHandshake()
      if code == 1 {
        produced += count
        // Asking once more would only be told that there is nothing: worth avoiding, as it costs as much as a small record.
        if unsafe notes.hasInput || SSL_pending(pointer) > 0 { continue }
        return produced
      }
      switch unsafe SSL_get_error(pointer, code) {
      case SSL_ERROR_WANT_READ: return produced
      case SSL_ERROR_ZERO_RETURN:
        state = .ended
        return produced
      // WANT_WRITE cannot be as everything is taken; the others stand for callbacks that this session has none of.
      case SSL_ERROR_SSL, SSL_ERROR_SYSCALL, SSL_ERROR_WANT_WRITE, SSL_ERROR_WANT_X509_LOOKUP, SSL_ERROR_WANT_ASYNC,
        SSL_ERROR_WANT_ASYNC_JOB, SSL_ERROR_WANT_CLIENT_HELLO_CB, SSL_ERROR_WANT_CONNECT, SSL_ERROR_WANT_ACCEPT:
        throw fail()
      default:
        throw fail()
      }
    }
  }

  private mutating func concludeHandshake() throws(TLSError) {
    guard state == .handshaking, unsafe SSL_is_init_finished(pointer) == 1 else { return }
    var name: UnsafePointer<UInt8>? = nil
    var length: UInt32 = 0
    unsafe SSL_get0_alpn_selected(pointer, &name, &length)
    let chosen = unsafe UnsafeBufferPointer(start: name, count: Int(length))
    let isAgreed = unsafe chosen.elementsEqual(speaks.name) || speaks == .http11 && chosen.isEmpty
    guard isAgreed else {
      let wanted = speaks == .http2 ? "HTTP/2 (ALPN h2)" : "HTTP/1.1"
      let error = TLSError("the \(role == .client ? "server" : "client") does not speak \(wanted)")
      unsafe SSL_shutdown(pointer)
      state = .failed(error)
      throw error
    }
    state = .open
    guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return }
    defer { unsafe X509_free(certificate) }
    if unsafe SSL_get_verify_result(pointer) == Int(X509_V_OK) { peer = unsafe CertificateNames.identity(certificate) }
  }

  private mutating func fail() -> TLSError {
    let operation = state == .handshaking ? "the TLS handshake failed" : "TLS was broken"
    var error = TLSError(draining: operation)
    if let refusal = notes.refusal { error = TLSError("\(operation): \(refusal)") }
    state = .failed(error)
    return error
  }

  // MARK: Out

  /// Turns plaintext into ciphertext to send, all of it, in records as long as can be.
  /// - Precondition: the session is open, or the peer has ended its direction only.
  public mutating func seal(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
    if case .failed(let error) = state { throw error }
    precondition(state != .handshaking, "nothing can be sealed before the handshake's end")
    let records = (plaintext.count + Self.recordBytes - 1) / Self.recordBytes
    notes.output.reserveCapacity(notes.output.count + plaintext.count + records * Self.recordOverhead)
    var rest = unsafe plaintext
    while unsafe !rest.isEmpty {
      var count = 0
      ERR_clear_error()
      guard unsafe SSL_write_ex(pointer, rest.baseAddress, rest.count, &count) == 1 else { throw fail() }
      unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Says that no more will be sent (close_notify), if the handshake came that far.
  public mutating func sayGoodbye() {
    switch state {
    case .open, .ended:
      ERR_clear_error()
      unsafe SSL_shutdown(pointer)
      ERR_clear_error()
    case .handshaking, .failed: return
    }
  }

  /// "TLSv1.3 TLS_AES_256_GCM_SHA384"
  public var cipher: String {
    unsafe "\(String(cString: SSL_get_version(pointer))) \(String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(pointer))))"
  }
}
