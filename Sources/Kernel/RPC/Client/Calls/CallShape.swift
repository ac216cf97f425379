/// How many messages go each way.
enum CallShape {
  case unary
  case serverStreaming
  case clientStreaming
  case bidirectionalStreaming

  /// Whether exactly one message answers the call.
  var hasOneAnswer: Bool { self == .unary || self == .clientStreaming }
}
