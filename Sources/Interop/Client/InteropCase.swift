/// The cases by their official names: doc/interop-test-descriptions.md and doc/http2-interop-test-descriptions.md of gRPC.
enum InteropCase: String, CaseIterable, Sendable {
  case emptyUnary = "empty_unary"
  case largeUnary = "large_unary"
  case clientCompressedUnary = "client_compressed_unary"
  case serverCompressedUnary = "server_compressed_unary"
  case clientStreaming = "client_streaming"
  case clientCompressedStreaming = "client_compressed_streaming"
  case serverStreaming = "server_streaming"
  case serverCompressedStreaming = "server_compressed_streaming"
  case pingPong = "ping_pong"
  case emptyStream = "empty_stream"
  case customMetadata = "custom_metadata"
  case statusCodeAndMessage = "status_code_and_message"
  case specialStatusMessage = "special_status_message"
  case unimplementedMethod = "unimplemented_method"
  case unimplementedService = "unimplemented_service"
  case cancelAfterBegin = "cancel_after_begin"
  case cancelAfterFirstResponse = "cancel_after_first_response"
  case timeoutOnSleepingServer = "timeout_on_sleeping_server"
  case rpcSoak = "rpc_soak"
  case channelSoak = "channel_soak"
  case goaway
  case rstAfterHeader = "rst_after_header"
  case rstDuringData = "rst_during_data"
  case rstAfterData = "rst_after_data"
  case ping
  case maxStreams = "max_streams"
  case dataFramePadding = "data_frame_padding"
  case plainDataFrames = "no_df_padding_sanity_test"

  /// Whether the case's server is one that misbehaves on HTTP/2, made for this case alone.
  var needsMisbehavingServer: Bool { MisbehavingCase(rawValue: rawValue) != nil }
}

extension InteropClient {
  /// Runs the case; throws `CaseFailure`, or what a call threw that was to succeed.
  func run(_ testCase: InteropCase) async throws {
    switch testCase {
    case .emptyUnary: try await emptyUnary()
    case .largeUnary, .ping, .dataFramePadding, .plainDataFrames: try await largeUnary()
    case .clientCompressedUnary: try await clientCompressedUnary()
    case .serverCompressedUnary: try await serverCompressedUnary()
    case .clientStreaming: try await clientStreaming()
    case .clientCompressedStreaming: try await clientCompressedStreaming()
    case .serverStreaming: try await serverStreaming()
    case .serverCompressedStreaming: try await serverCompressedStreaming()
    case .pingPong: try await pingPong()
    case .emptyStream: try await emptyStream()
    case .customMetadata: try await customMetadata()
    case .statusCodeAndMessage: try await statusCodeAndMessage()
    case .specialStatusMessage: try await specialStatusMessage()
    case .unimplementedMethod: try await unimplementedMethod()
    case .unimplementedService: try await unimplementedService()
    case .cancelAfterBegin: try await cancelAfterBegin()
    case .cancelAfterFirstResponse: try await cancelAfterFirstResponse()
    case .timeoutOnSleepingServer: try await timeoutOnSleepingServer()
    case .rpcSoak: try await rpcSoak()
    case .channelSoak: try await channelSoak()
    case .goaway: try await goaway()
    case .rstAfterHeader, .rstDuringData, .rstAfterData: try await resetStream()
    case .maxStreams: try await maxStreams()
    }
  }
}
