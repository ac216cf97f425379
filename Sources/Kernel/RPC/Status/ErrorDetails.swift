import Wire

/// Details of an error as a serialized google.rpc.Status, the value of `grpc-status-details-bin`.
public enum ErrorDetails {
  private static let host = "type.googleapis.com/"

  /// The status with its details. A detail with U+0000 in a text cannot be carried and is left out; in the message it becomes U+FFFD, as
  /// whoever gets the error is better off with most of it than with another error.
  public static func encode(code: StatusCode, message: String, details: [ErrorDetail]) -> [UInt8] {
    let text = message.utf8.contains(0) ? String(message.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : message
    let packed = details.compactMap { Self.packed($0) }
    return (try? GoogleStatus(code: Int32(code.rawValue), message: text, details: packed).wireBytes()) ?? []
  }

  /// The details of a status; none when the bytes are no status. One that is not what its name says comes back as ``ErrorDetail/other``.
  public static func decode(_ bytes: [UInt8]) -> [ErrorDetail] {
    guard let status = try? GoogleStatus(wireBytes: bytes) else { return [] }
    return status.details.map { any in
      let name = any.typeUrl.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
      return readers[String(name)]?(any.value) ?? .other(typeURL: any.typeUrl, bytes: any.value)
    }
  }

  private static func packed(_ detail: ErrorDetail) -> GoogleAny? {
    let message: any WireMessage
    switch detail {
    case .badRequest(let value): message = value
    case .errorInfo(let value): message = value
    case .retryInfo(let value): message = value
    case .preconditionFailure(let value): message = value
    case .quotaFailure(let value): message = value
    case .help(let value): message = value
    case .localizedMessage(let value): message = value
    case .debugInfo(let value): message = value
    case .requestInfo(let value): message = value
    case .resourceInfo(let value): message = value
    case .other(let typeURL, let bytes): return typeURL.utf8.contains(0) ? nil : GoogleAny(typeUrl: typeURL, value: bytes)
    }
    guard let bytes = try? message.wireBytes() else { return nil }
    return GoogleAny(typeUrl: host + type(of: message).protoName, value: bytes)
  }

  private static let readers: [String: @Sendable ([UInt8]) -> ErrorDetail?] = [
    reader(ErrorDetail.badRequest), reader(ErrorDetail.errorInfo), reader(ErrorDetail.retryInfo),
    reader(ErrorDetail.preconditionFailure), reader(ErrorDetail.quotaFailure), reader(ErrorDetail.help),
    reader(ErrorDetail.localizedMessage), reader(ErrorDetail.debugInfo), reader(ErrorDetail.requestInfo),
    reader(ErrorDetail.resourceInfo),
  ].reduce(into: [:]) { $0[$1.name] = $1.read }

  private static func reader<Message: WireMessage>(
    _ make: @escaping @Sendable (Message) -> ErrorDetail
  ) -> (name: String, read: @Sendable ([UInt8]) -> ErrorDetail?) {
    (Message.protoName, { bytes in (try? Message(wireBytes: bytes)).map(make) })
  }
}
