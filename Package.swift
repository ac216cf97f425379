// swift-tools-version: 6.2
import PackageDescription

/// One language for the whole tree: Swift 6 with every later default switched on; a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let asyncHTTPClient = [
  Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client"),
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
]
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A module map over a C library that Debian packages.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// What one thread owns is not checked for overlapping access again at every touch: debug builds, and so the tests, find what breaks the law of
/// exclusivity; in the optimized ones the checks were a tenth of a small call.
let unchecked = SwiftSetting.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))

/// A room of Kernel/: knows no word of the domain.
func kernel(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Kernel/\(name)", swiftSettings: strict + [unchecked])
}

/// A bounded context: its Domain (pure), its Server (store, handlers, adapters) and its Main (the program).
func service(_ name: String, program: String, adapters: [Target.Dependency] = []) -> [Target] {
  let room = "Sources/Services/\(name)"
  return [
    .target(name: "\(name)Domain", path: "\(room)/Domain", swiftSettings: strict),
    .target(
      name: "\(name)Server",
      dependencies: [.byName(name: "\(name)Domain"), "Messages", "Wire", "RPC", "Reactor", "Postgres", "Runtime", logging]
        + adapters,
      path: "\(room)/Server",
      resources: [.embedInCode("Migrations")],
      swiftSettings: strict),
    .executableTarget(
      name: program, dependencies: [.byName(name: "\(name)Server"), "Runtime"], path: "\(room)/Main", swiftSettings: strict),
  ]
}

/// - Parameter exclude: folders that are no sources, such as files that the tests read by their paths.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["SeededNumbers"], path: "Tests/\(name)Tests", exclude: exclude,
    resources: resources,
    swiftSettings: strict)
}

let foreign: [Target] = [
  library("CNGHTTP2", pkgConfig: "libnghttp2", apt: "libnghttp2-dev"),
  library("CProtobufC", pkgConfig: "libprotobuf-c", apt: "libprotobuf-c-dev"),
  library("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
  library("COpenSSL", pkgConfig: "libssl", apt: "libssl-dev"),
  library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
  library("CZip", pkgConfig: "libzip", apt: "libzip-dev"),
  library("CXML", pkgConfig: "expat", apt: "libexpat1-dev"),
  .systemLibrary(name: "CLinux", path: "Sources/C/CLinux"),
  .target(name: "CGLPK", path: "Sources/C/CGLPK", linkerSettings: [.linkedLibrary("glpk")]),
  .target(name: "CMessages", dependencies: ["CProtobufC"], path: "Sources/C/CMessages"),
  .target(name: "CStandardMessages", dependencies: ["CProtobufC"], path: "Sources/C/CStandardMessages"),
  .target(name: "CInteropMessages", dependencies: ["CProtobufC"], path: "Sources/C/CInteropMessages"),
  .target(name: "CDescriptors", dependencies: ["CProtobufC"], path: "Sources/C/CDescriptors"),
]

let kernels: [Target] = [
  kernel("Wire", ["CProtobufC"]),
  kernel("Reactor", ["CLinux"]),
  kernel("HTTP2", ["CNGHTTP2"]),
  kernel("Gzip", ["CZlib"]),
  kernel("Cryptography", ["COpenSSL"]),
  kernel("RPC", ["Wire", "Reactor", "HTTP2", "Gzip", "Cryptography", "CStandardMessages", logging]),
  kernel("Postgres", ["CLibPQ", "Reactor", logging]),
  kernel("Jobs", ["Postgres", "Reactor", "Cryptography", logging]),
  kernel("Ledger", ["Cryptography"]),
  kernel("MILP", ["CGLPK"]),
  kernel("Telemetry", ["RPC", metrics, tracing]),
  kernel("Runtime", ["Cryptography", "RPC", "Telemetry", "Postgres", "Reactor", logging, lifecycle, unixSignals]),
]

let contract: [Target] = [
  .target(name: "Messages", dependencies: ["CMessages", "Wire", "RPC"], path: "Sources/Messages", swiftSettings: strict),
  .executableTarget(
    name: "protoc-gen-lodestar", dependencies: ["CDescriptors"], path: "Sources/Generator", swiftSettings: strict),
]

let services: [Target] =
  service("MetricGovernance", program: "lodestar-metrics", adapters: ["Cryptography", "Jobs", "Ledger", "YAMLText", yams])
  + service("SheetSync", program: "lodestar-sync", adapters: ["CZip", "CXML", "Cryptography"] + asyncHTTPClient)
  + service("ConstraintCompilation", program: "lodestar-compiler", adapters: ["Cryptography"])
  + service("PortfolioOptimization", program: "lodestar-optimizer", adapters: ["MILP", "Jobs"])

let programs: [Target] = [
  // YAML for people's files: libyaml's events, which Yams brings, under limits.
  .target(name: "YAMLText", dependencies: [yams], path: "Sources/YAMLText", swiftSettings: strict),
  .target(name: "LocalSystem", dependencies: ["Cryptography"], path: "Sources/LocalSystem", swiftSettings: strict),
  .executableTarget(
    name: "lodestar",
    dependencies: [
      "Messages", "Wire", "RPC", "Reactor", "Cryptography", "Ledger", "LocalSystem", "YAMLText", argumentParser, logging, yams,
    ],
    path: "Sources/CLI",
    // The registry that the demo begins with.
    resources: [.embedInCode("Demo/metric_registry.yaml")],
    swiftSettings: strict),
  .executableTarget(
    name: "lodestar-interop",
    dependencies: ["CInteropMessages", "Wire", "RPC", "Cryptography", "Reactor", argumentParser, logging],
    path: "Sources/Interop",
    swiftSettings: strict),
]

let suites: [Target] = [
  // What random tests draw from.
  .target(name: "SeededNumbers", path: "Tests/SeededNumbers", swiftSettings: strict),
  .target(
    name: "TestSupport", dependencies: ["LocalSystem", "Postgres", "Reactor", logging], path: "Tests/Support",
    swiftSettings: strict),
  .target(name: "CKinds", dependencies: ["CProtobufC"], path: "Tests/Kinds/CKinds"),
  tests("Wire", ["Wire", "Messages", "CKinds"]),
  tests("Generator", ["protoc-gen-lodestar"]),
  tests("YAMLText", ["YAMLText"]),
  tests("Reactor", ["Reactor"]),
  tests("HTTP2", ["HTTP2"]),
  tests("Cryptography", ["Cryptography"]),
  tests("RPC", ["RPC", "Wire", "Reactor", "HTTP2", "Cryptography", logging]),
  .target(name: "RawHTTP2", dependencies: ["RPC", "Reactor", logging], path: "Tests/RawHTTP2", swiftSettings: strict),
  tests("Attack", ["RawHTTP2", "HTTP2", "RPC"]),
  tests("HTTP2Conformance", ["RawHTTP2", "RPC"]),
  tests("Postgres", ["Postgres", "Reactor", "TestSupport", logging]),
  tests("Jobs", ["Jobs", "Postgres", "Reactor", "TestSupport", logging]),
  tests("Ledger", ["Ledger", "Cryptography"]),
  tests("MILP", ["MILP"]),
  tests("Runtime", ["Runtime", "Reactor", "RPC", "Cryptography", logging]),
  tests(
    "Telemetry",
    [
      "Telemetry", "RPC", "Reactor", "Wire", logging, metrics, tracing, .product(name: "MetricsTestKit", package: "swift-metrics"),
      .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
    ]),
  tests("MetricGovernanceDomain", ["MetricGovernanceDomain"]),
  tests(
    "MetricGovernanceServer",
    [
      "MetricGovernanceServer", "MetricGovernanceDomain", "Ledger", "Cryptography", "Jobs", "LocalSystem", "Messages", "RPC",
      "Reactor", "Postgres", "Wire", "TestSupport", logging,
    ]),
  tests("SheetSyncDomain", ["SheetSyncDomain"]),
  tests(
    "SheetSyncServer", ["SheetSyncServer", "SheetSyncDomain", "Messages", "RPC", "Reactor", "Postgres", "TestSupport"],
    exclude: ["Fixtures"]),
  tests("ConstraintCompilationDomain", ["ConstraintCompilationDomain"]),
  tests(
    "ConstraintCompilationServer",
    [
      "ConstraintCompilationServer", "ConstraintCompilationDomain", "SheetSyncDomain", "Cryptography", "Messages", "RPC", "Reactor",
      "Postgres", "Wire", "TestSupport",
    ]),
  tests("PortfolioOptimizationDomain", ["PortfolioOptimizationDomain"]),
  tests(
    "PortfolioOptimizationServer",
    [
      "PortfolioOptimizationServer", "PortfolioOptimizationDomain", "MILP", "Messages", "RPC", "Reactor", "Postgres", "TestSupport",
    ]),
  tests("LocalSystem", ["LocalSystem", "Cryptography", "Postgres", "Reactor", "TestSupport"]),
  tests("CLI", ["lodestar", "Ledger", "Cryptography", "LocalSystem", "Messages", "RPC", "Reactor", "Wire", argumentParser]),
  tests("Interop", ["lodestar-interop", "RPC", "Reactor", "TestSupport", argumentParser, logging]),
  tests("House", []),
  .testTarget(
    name: "EndToEndTests", dependencies: ["TestSupport"], path: "Tests/EndToEnd", exclude: ["Python"],
    swiftSettings: strict),
  .testTarget(
    name: "CrashTests", dependencies: ["TestSupport", "SeededNumbers"], path: "Tests/Crash", exclude: ["Python"],
    swiftSettings: strict),
]

let package = Package(
  name: "lodestar",
  // For the packages inside Tests/ that are built apart from this one.
  products: [
    .library(name: "Messages", targets: ["Messages", "Wire"]),
    .library(name: "RPC", targets: ["RPC", "HTTP2", "Reactor", "Cryptography", "Wire"]),
    .library(name: "Telemetry", targets: ["Telemetry"]),
    .library(name: "SeededNumbers", targets: ["SeededNumbers"]),
    .library(name: "MetricGovernanceDomain", targets: ["MetricGovernanceDomain"]),
    .library(name: "YAMLText", targets: ["YAMLText"]),
    .library(name: "ConstraintCompilationDomain", targets: ["ConstraintCompilationDomain"]),
    .library(name: "SheetSyncServer", targets: ["SheetSyncServer", "SheetSyncDomain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: foreign + kernels + contract + services + programs + suites,
  swiftLanguageModes: [.v6])
