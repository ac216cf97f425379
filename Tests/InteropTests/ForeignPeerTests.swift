import Foundation
import TestSupport
import Testing

/// The part of `make interop` that needs no more than the Python of the other tests: grpcio and our program as users start it.
@Suite(.enabled(if: Program.python != nil, "needs python3 with grpcio: make tools installs it"), .serialized)
struct ForeignPeerTests {
  private static let interop = Program.builtProducts.appendingPathComponent("lodestar-interop")

  private func python(_ script: String, _ arguments: [String]) throws -> Outcome {
    let file = Program.repository.appendingPathComponent("Tests/Interop/\(script)").path
    return try Program.run(try #require(Program.python), ["-B", file] + arguments)
  }

  @Test(arguments: ["ours - grpcio", "grpcio - ours", "grpcio - misbehaving"])
  func `grpcio and we agree on every case that it has means for, in clear text and over TLS`(pairing: String) throws {
    let outcome = try python("run", ["--interop", Self.interop.path, "--only", pairing])
    #expect(outcome.status == 0, "\(outcome.transcript)")
    #expect(outcome.output.contains("\(pairing): \(["ours - grpcio": 18, "grpcio - ours": 20][pairing] ?? 7) of "))
  }

  @Test func `grpcio-reflection finds our services, and the files behind them`() throws {
    let server = Process()
    let output = Pipe()
    server.executableURL = Self.interop
    server.arguments = ["server", "--port", "0"]
    server.standardOutput = output
    try server.run()
    defer { server.terminate() }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let address = try #require(line.split(separator: " ").last).trimmingCharacters(in: .newlines)
    let outcome = try python("Python/reflection_calls.py", [address, "grpc.testing.TestService"])
    let answers = "list_services,file_descriptor,error,file_descriptor,error [0, 3, 0, 1, 0] [0, 0, 5, 0, 3] True h"
    #expect(
      outcome.output.split(separator: "\n").map(String.init) == [
        "services grpc.health.v1.Health,grpc.reflection.v1.ServerReflection,grpc.reflection.v1alpha.ServerReflection,"
          + "grpc.testing.TestService,grpc.testing.UnimplementedService",
        "methods EmptyCall,UnaryCall,CacheableUnaryCall,StreamingOutputCall,StreamingInputCall,FullDuplexCall,HalfDuplexCall,"
          + "UnimplementedCall",
        "input grpc.testing.SimpleRequest 3", "import google.protobuf.Any", "v1 \(answers)", "v1alpha \(answers)",
      ], "\(outcome.transcript)")
  }
}
