// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

/// Harm to what comes from outside, for as long as one likes. `fuzz-kernel` and `fuzz-services` are led by the compiler's coverage (libFuzzer): `Tests/Fuzz/run SECONDS`.
/// `fuzz-wire` knows what messages look like; the suites do the same for a second:
/// swift run --package-path Tests/Fuzz --sanitize=address fuzz-wire SECONDS [SEED]
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "lodestar", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz-wire",
      dependencies: [.product(name: "Messages", package: "lodestar"), .product(name: "SeededNumbers", package: "lodestar")],
      path: "Sources/FuzzWire", swiftSettings: strict),
    .executableTarget(
      name: "fuzz-kernel",
      dependencies: [.product(name: "Messages", package: "lodestar"), .product(name: "RPC", package: "lodestar")],
      path: "Sources/FuzzKernel", swiftSettings: strict),
    .executableTarget(
      name: "fuzz-services",
      dependencies: [
        .product(name: "MetricGovernanceDomain", package: "lodestar"), .product(name: "YAMLText", package: "lodestar"),
        .product(name: "ConstraintCompilationDomain", package: "lodestar"),
        .product(name: "SheetSyncServer", package: "lodestar"),
      ],
      path: "Sources/FuzzServices", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6])
