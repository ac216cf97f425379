// swift-tools-version: 6.2
import PackageDescription

/// Measurements of the built programs, as programs of their own: the main build never touches this package.
let package = Package(
  name: "benchmarks",
  targets: [.executableTarget(name: "MainJob", resources: [.copy("grow.py")])],
  swiftLanguageModes: [.v6])
