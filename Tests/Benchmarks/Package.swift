// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(), .treatAllWarnings(as: .error),
]

let rpc = Target.Dependency.product(name: "RPC", package: "lodestar")
let compiler = Target.Dependency.product(name: "ConstraintCompilationDomain", package: "lodestar")
let telemetry = Target.Dependency.product(name: "Telemetry", package: "lodestar")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// Measurements of the built programs, as programs of their own: the main build never touches this package. `MainJob` measures a
/// product manager's work; the echo programs are our end of the RPC measurements that RPC/bench.py makes (`make bench-rpc`); `compiler-bench` compiles
/// constraint sets for Compiler/bench.py (`make bench-compiler`).
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "lodestar", path: "../.."),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
  ],
  targets: [
    .executableTarget(name: "MainJob", resources: [.copy("grow.py"), .copy("grow_audit.py")]),
    // Depends on RPC for the module of protobuf-c's header, which Wire holds.
    .target(name: "CEcho", dependencies: [rpc]),
    .target(name: "EchoMessages", dependencies: ["CEcho", rpc], swiftSettings: strict),
    .executableTarget(
      name: "echo-server", dependencies: ["EchoMessages", rpc, telemetry, metrics, logging], path: "Sources/EchoServer",
      swiftSettings: strict),
    .executableTarget(
      name: "compiler-bench", dependencies: [compiler], path: "Sources/CompilerBench", swiftSettings: strict),
    .executableTarget(
      name: "echo-client", dependencies: ["EchoMessages", rpc, logging], path: "Sources/EchoClient", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6])
