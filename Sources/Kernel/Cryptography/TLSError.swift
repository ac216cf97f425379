import COpenSSL

/// What went wrong with a certificate, a key or a handshake, in words for the person who has to mend it.
public struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }

  /// Takes everything out of libcrypto's queue of this thread, so that nothing of it is blamed on a later call. The oldest entry is the
  /// cause, those after it are who passed it on.
  init(draining operation: String) {
    let entries = OpenSSLErrorQueue.drain()
    let words = entries.first.map(\.words) ?? "OpenSSL gives no reason"
    self.init("\(operation): \(words)")
  }
}

/// libcrypto's queue of errors, one per thread.
enum OpenSSLErrorQueue {
  struct Entry {
    let library: Int32
    let reason: Int32
    let text: String

    /// The reason in words that name the mend, where OpenSSL's own say too little.
    var words: String {
      guard library == ERR_LIB_SSL, let words = Self.sslReasons[reason] else { return text }
      return words
    }

    private static let sslReasons: [Int32: String] = [
      SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: "the peer asks for a certificate and got none: configure a client certificate",
      SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: "the peer found nothing that both sides can do",
      SSL_R_SSLV3_ALERT_BAD_CERTIFICATE: "the peer refused our certificate",
      SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: "the peer says that our certificate has expired",
      SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "the peer does not accept our certificate",
      SSL_R_TLSV1_ALERT_UNKNOWN_CA: "the peer does not trust the authority that issued our certificate",
      SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: "the peer does not speak this version of TLS",
      SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "the peer does not speak HTTP/2 (ALPN h2)",
      SSL_R_NO_APPLICATION_PROTOCOL: "the client does not offer HTTP/2 (ALPN h2)",
      SSL_R_CALLBACK_FAILED: "the client does not offer HTTP/2 (ALPN h2)",
      SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: "the client sent no certificate, and one is required",
      SSL_R_UNSUPPORTED_PROTOCOL: "the peer speaks no version of TLS that is allowed here",
      SSL_R_WRONG_VERSION_NUMBER: "the peer does not speak TLS",
      SSL_R_HTTP_REQUEST: "the peer does not speak TLS but HTTP in clear",
    ]
  }

  /// Takes all entries, the oldest first.
  static func drain() -> [Entry] {
    var entries: [Entry] = []
    while true {
      let code = ERR_get_error()
      guard code != 0 else { return entries }
      let reason = unsafe ERR_reason_error_string(code)
      entries.append(
        Entry(
          library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code),
          text: unsafe reason.map { unsafe String(cString: $0) } ?? "error \(code)"))
    }
  }
}
