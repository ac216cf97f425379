// swift-tools-version: 6.2
import PackageDescription

/// grpc-swift-2 over its NIO transport, as a foreign peer. A package of its own because it is heavy: only `make interop` builds it. Its few
/// messages are read and written by hand, so that no plugin has to be built.
let package = Package(
  name: "grpc-swift-interop",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
  ],
  targets: [
    .executableTarget(
      name: "grpc-swift-interop",
      dependencies: [
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ])
  ],
  swiftLanguageModes: [.v6])
