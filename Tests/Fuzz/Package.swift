// swift-tools-version: 6.2
import PackageDescription

/// Harm to messages for as long as one likes; the suites do the same for a second. Run it with the address sanitizer:
/// swift run --package-path Tests/Fuzz --sanitize=address fuzz-wire SECONDS [SEED]
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "lodestar", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz-wire", dependencies: [.product(name: "Messages", package: "lodestar")], path: "Sources/FuzzWire",
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(), .treatAllWarnings(as: .error),
      ])
  ],
  swiftLanguageModes: [.v6])
