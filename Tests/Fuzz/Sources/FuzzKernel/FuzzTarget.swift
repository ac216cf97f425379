/// What can be fed, and what has to hold of it whatever the bytes.
enum FuzzTarget: String, CaseIterable {
  case serverFrames = "server-frames"
  case clientFrames = "client-frames"
  case framing
  case metadata
  case timeout
  case percent
  case messages

  func run(_ bytes: [UInt8]) {
    switch self {
    case .serverFrames: FrameTargets.server(bytes)
    case .clientFrames: FrameTargets.client(bytes)
    case .framing: CallTargets.framing(bytes)
    case .metadata: CallTargets.metadata(bytes)
    case .timeout: CallTargets.timeout(bytes)
    case .percent: CallTargets.percent(bytes)
    case .messages: MessageTargets.messages(bytes)
    }
  }
}
