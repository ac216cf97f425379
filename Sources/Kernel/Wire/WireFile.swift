/// A .proto file of the contract, as gRPC reflection serves it.
public struct WireFile: Sendable {
  /// What other files import it by: "lodestar/metrics/v1/metrics.proto".
  public let path: String
  /// The paths of the files that it imports.
  public let dependencies: [String]
  private let base64: String

  public init(path: String, dependencies: [String], base64: String) {
    self.path = path
    self.dependencies = dependencies
    self.base64 = base64
  }

  /// The file as a serialized google.protobuf.FileDescriptorProto, without comments.
  public var descriptorBytes: [UInt8] { Base64.decode(base64) ?? [] }
}
