import CLibPQ
import Glibc

/// libpq's connection, owned. It is non-blocking throughout: `PQconnectStart` makes it so, and `finishConnecting` for writes.
@safe struct ConnectionHandle: ~Copyable {
  let raw: OpaquePointer

  /// Starts connecting. Resolves host names, which blocks; see `DatabaseConfiguration.needsNameResolution`.
  init(_ parameters: [(keyword: String, value: String)]) throws(PostgresError) {
    var keywords: [UnsafePointer<CChar>?] = unsafe []
    var values: [UnsafePointer<CChar>?] = unsafe []
    var owned: [UnsafeMutablePointer<CChar>] = unsafe []
    func copy(_ text: String) -> UnsafePointer<CChar> {
      let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
      for (index, byte) in text.utf8.enumerated() { unsafe bytes[index] = CChar(bitPattern: byte) }
      unsafe bytes[text.utf8.count] = 0
      unsafe owned.append(bytes)
      return unsafe UnsafePointer(bytes)
    }
    for (keyword, value) in parameters {
      unsafe keywords.append(copy(keyword))
      unsafe values.append(copy(value))
    }
    unsafe keywords.append(nil)
    unsafe values.append(nil)
    defer {
      unsafe owned.forEach { unsafe $0.deallocate() }
    }
    guard let raw = unsafe PQconnectStartParams(keywords, values, 0) else {
      throw PostgresError(.unreachable, "out of memory for a connection")
    }
    guard unsafe PQstatus(raw) != CONNECTION_BAD else {
      defer { unsafe PQfinish(raw) }
      throw PostgresError(.unreachable, unsafe Self.errorMessage(raw))
    }
    unsafe self.raw = raw
  }

  deinit {
    unsafe PQfinish(raw)
  }

  /// libpq's last words about the connection, on one line.
  var errorMessage: String { unsafe Self.errorMessage(raw) }

  private static func errorMessage(_ raw: OpaquePointer) -> String {
    guard let message = unsafe PQerrorMessage(raw) else { return "no reason given" }
    let lines = unsafe String(cString: message).split(separator: "\n").map { line in
      line.drop(while: \.isWhitespace)
    }
    return lines.isEmpty ? "no reason given" : lines.joined(separator: " ")
  }

  var socket: Int32 { unsafe PQsocket(raw) }

  /// Ends the connection for both sides; the descriptor stays open until the handle goes.
  func hangUp() {
    let socket = socket
    if socket >= 0 { _ = shutdown(socket, Int32(SHUT_RDWR)) }
  }

  var isBad: Bool { unsafe PQstatus(raw) == CONNECTION_BAD }

  /// The next result that has arrived; nil: more input is needed. May only be called while a result is awaited.
  func nextResult() -> Received? {
    guard unsafe PQisBusy(raw) == 0 else { return nil }
    guard let result = unsafe PQgetResult(raw) else { return .end }
    return unsafe Received(owning: result, from: self)
  }

  /// A notification that has arrived.
  func nextNotification() -> PostgresNotification? {
    guard let note = unsafe PQnotifies(raw) else { return nil }
    defer { unsafe PQfreemem(note) }
    return PostgresNotification(
      channel: unsafe String(cString: note.pointee.relname),
      payload: unsafe note.pointee.extra.map { unsafe String(cString: $0) } ?? "")
  }

  var transactionState: TransactionState {
    switch unsafe PQtransactionStatus(raw) {
    case PQTRANS_IDLE: .none
    case PQTRANS_ACTIVE: .active
    case PQTRANS_INTRANS: .open
    case PQTRANS_INERROR: .failed
    default: .unknown
    }
  }
}

/// Where a connection stands with transactions, as the server last said.
enum TransactionState {
  case none, active, open, failed, unknown
}

/// The right to cancel whatever a connection runs, from any thread.
@safe final class CancelHandle: @unchecked Sendable {
  private let raw: OpaquePointer

  init?(_ connection: borrowing ConnectionHandle) {
    guard let raw = unsafe PQgetCancel(connection.raw) else { return nil }
    unsafe self.raw = raw
  }

  deinit {
    unsafe PQfreeCancel(raw)
  }

  /// Asks the server, over a connection of its own, to cancel. Blocks until the server took the request.
  /// Returns why it could not be sent, or nil. A sent request may still come too late.
  func requestBlocking() -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let sent = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
      unsafe PQcancel(raw, bytes.baseAddress, Int32(bytes.count))
    }
    return sent == 1 ? nil : String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
