import HTTP2

/// What the fields of an answer mean, in the order in which they come. A value.
struct AnswerReading {
  /// What a head begins.
  enum Beginning {
    /// An answer proper: messages may follow, in that encoding when they are compressed.
    case answers(MessageEncoding)
    /// The status is all there is, or no status of gRPC's: it is known at the end of the stream.
    case statusFollows
    /// Nothing that follows can be read.
    case reject(RPCError)
  }

  private var head: HeaderBlock?
  private var trailers: HeaderBlock?
  private(set) var hasMessages = false

  mutating func received(head: HeaderBlock) -> Beginning {
    self.head = head
    // A proxy's page or a foreign server's: what it says in its body means nothing to us, and its status is known already.
    guard head.value(of: ":status")?.equals("200") == true,
      head.value(of: "content-type").map(ContentType.isGRPC) == true
    else {
      return .reject(
        StatusMapping.outcome(head: head, trailers: nil) ?? RPCError(.unknown, "The peer does not answer as gRPC does."))
    }
    guard head.value(of: "grpc-status") == nil else { return .statusFollows }
    guard !head.isTruncated else {
      return .reject(RPCError(.resourceExhausted, "The answer's metadata is larger than this caller takes."))
    }
    guard let name = head.value(of: "grpc-encoding") else {
      hasMessages = true
      return .answers(.identity)
    }
    guard let encoding = MessageEncoding(rawValue: String(decoding: name, as: UTF8.self)) else {
      return .reject(
        RPCError(
          .internalError,
          "The answer is compressed as \"\(String(decoding: name, as: UTF8.self))\"; this caller takes \(MessageEncoding.accepted)."
        ))
    }
    hasMessages = true
    return .answers(encoding)
  }

  mutating func received(trailers: HeaderBlock) { self.trailers = trailers }

  /// The peer has said everything.
  func ended(isInsideMessage: Bool) -> AttemptOutcome {
    guard let head else { return AttemptOutcome(error: RPCError(.internalError, "The peer ended the call without an answer.")) }
    let last = trailers ?? head
    if last.isTruncated, last.value(of: "grpc-status") == nil {
      return AttemptOutcome(error: RPCError(.resourceExhausted, "The answer's metadata is larger than this caller takes."))
    }
    let error = StatusMapping.outcome(head: head, trailers: trailers)
    if error == nil, isInsideMessage {
      return AttemptOutcome(error: RPCError(.internalError, "The answer ended inside a message."), trailing: last)
    }
    return AttemptOutcome(error: error, trailing: last)
  }
}
