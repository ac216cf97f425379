import RPC
import Wire

/// What a misbehaving server does to a call, by the case's official name.
enum MisbehavingCase: String, CaseIterable, Sendable {
  case goaway
  case rstAfterHeader = "rst_after_header"
  case rstDuringData = "rst_during_data"
  case rstAfterData = "rst_after_data"
  case ping
  case maxStreams = "max_streams"
  case dataFramePadding = "data_frame_padding"
  case plainDataFrames = "no_df_padding_sanity_test"

  /// How many calls a connection may have open at once, as the server says in its settings.
  var maximumConcurrentStreams: UInt32? { self == .maxStreams ? 1 : nil }

  /// What is sent for one call, in order.
  ///
  /// - Parameters:
  ///   - message: the answer in its gRPC frame.
  ///   - isFirst: whether it is the first call of its connection.
  func answer(stream: UInt32, message: [UInt8], isFirst: Bool) -> [AnswerStep] {
    let head = AnswerStep.frame(.head(stream: stream))
    let trailers = AnswerStep.frame(.okTrailers(stream: stream))
    let reset = AnswerStep.frame(.reset(stream: stream, code: .noError))
    let data = AnswerStep.data(message, chunk: 16_384, padding: nil)
    switch self {
    case .goaway: return (isFirst ? [.frame(.goaway(lastStream: stream, code: .noError))] : []) + [head] + data + [trailers]
    case .rstAfterHeader: return [head, reset]
    case .rstDuringData:
      return [head] + AnswerStep.data(Array(message.prefix(message.count / 2)), chunk: 16_384, padding: nil) + [reset]
    case .rstAfterData: return [head] + data + [reset]
    case .ping: return [.ping, head, .ping, .ping] + data + [.ping, trailers]
    case .maxStreams: return [head] + data + [trailers]
    case .dataFramePadding: return [head] + AnswerStep.data(message, chunk: 5, padding: 255) + [trailers]
    case .plainDataFrames: return [head] + AnswerStep.data(message, chunk: 5, padding: nil) + [trailers]
    }
  }
}

/// One thing to send.
enum AnswerStep: Sendable, Equatable {
  case frame(HTTP2Frame)
  /// Part of the message, with that much padding; waits for room in the caller's windows.
  case part([UInt8], padding: UInt8?)
  case ping

  static func data(_ message: [UInt8], chunk: Int, padding: UInt8?) -> [AnswerStep] {
    stride(from: 0, to: message.count, by: chunk).map {
      .part(Array(message[$0..<min($0 + chunk, message.count)]), padding: padding)
    }
  }
}
