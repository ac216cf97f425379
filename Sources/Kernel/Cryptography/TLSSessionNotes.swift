import COpenSSL

/// What OpenSSL's callbacks need of one session: the ciphertext that is lent to it, the ciphertext that it makes, why it refused.
///
/// This is the memory that the session reads and writes, in place of OpenSSL's own memory BIO: that one would copy every byte once more in
/// each direction, and keeps the largest buffer it ever needed for as long as the connection lives.
@safe final class TLSSessionNotes {
  /// What the session may read; lent for the length of one call.
  private var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var consumed = 0
  var output: [UInt8] = []
  /// Why the peer's certificate was not good.
  var refusal: String?

  var hasInput: Bool { unsafe consumed < input.count }

  func lend(_ bytes: UnsafeRawBufferPointer) {
    unsafe input = unsafe bytes
    consumed = 0
  }

  func takeBack() {
    unsafe input = UnsafeRawBufferPointer(start: nil, count: 0)
    consumed = 0
  }

  /// The bytes that the session took; 0 when there are none now.
  fileprivate func take(into target: UnsafeMutableRawPointer, count wanted: Int) -> Int {
    let count = unsafe min(wanted, input.count - consumed)
    guard count > 0, let start = unsafe input.baseAddress else { return 0 }
    unsafe target.copyMemory(from: start + consumed, byteCount: count)
    consumed += count
    return count
  }

  /// A session's, as its callbacks find it. The session owns the notes and outlives every callback.
  static func of(_ session: OpaquePointer) -> TLSSessionNotes? {
    guard let pointer = unsafe SSL_get_ex_data(session, 0) else { return nil }
    return unsafe Unmanaged<TLSSessionNotes>.fromOpaque(pointer).takeUnretainedValue()
  }

  fileprivate static func of(bio: OpaquePointer?) -> TLSSessionNotes? {
    guard let pointer = unsafe BIO_get_data(bio) else { return nil }
    return unsafe Unmanaged<TLSSessionNotes>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Makes the session read and write these notes. False when there is no memory.
  func attach(to session: OpaquePointer) -> Bool {
    guard let method = unsafe SessionMemory.method.pointer, let bio = unsafe BIO_new(method) else { return false }
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe BIO_set_data(bio, me)
    unsafe BIO_set_init(bio, 1)
    // One for both directions: the session takes the one reference and frees it at its end.
    unsafe SSL_set_bio(session, bio, bio)
    return unsafe SSL_set_ex_data(session, 0, me) == 1
  }
}

/// The kind of BIO that sessions have; made once, for all of them.
private enum SessionMemory {
  @safe struct Method: @unchecked Sendable {
    let pointer: OpaquePointer?
  }

  static let method: Method = {
    guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session memory") else {
      return unsafe Method(pointer: nil)
    }
    unsafe BIO_meth_set_read_ex(method) { bio, target, count, taken in
      unsafe copenssl_clear_retry(bio)
      guard let notes = unsafe TLSSessionNotes.of(bio: bio), let target = unsafe target else { return 0 }
      let got = unsafe notes.take(into: target, count: count)
      unsafe taken?.pointee = got
      // Nothing there is no end: the session is to ask again.
      if got == 0 { unsafe copenssl_retry_read(bio) }
      return got > 0 ? 1 : 0
    }
    unsafe BIO_meth_set_write_ex(method) { bio, source, count, written in
      unsafe copenssl_clear_retry(bio)
      guard let notes = unsafe TLSSessionNotes.of(bio: bio), let source = unsafe source else { return 0 }
      unsafe notes.output.append(contentsOf: UnsafeRawBufferPointer(start: source, count: count))
      unsafe written?.pointee = count
      return 1
    }
    unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return unsafe Method(pointer: method)
  }()
}
