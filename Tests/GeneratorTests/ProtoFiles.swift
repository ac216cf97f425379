import Foundation

@testable import protoc_gen_lodestar

/// .proto texts in a folder of their own, described by the real protoc.
struct ProtoFiles {
  let texts: [String: String]

  /// One file, "a.proto", of package a.b.v1.
  init(_ body: String, syntax: String = "proto3") {
    texts = ["a.proto": "syntax = \"\(syntax)\";\npackage a.b.v1;\n\(body)"]
  }

  init(texts: [String: String]) { self.texts = texts }

  func schema() throws -> Schema {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lodestar-protos-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in texts {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let set = folder.appending(path: "set.pb")
    let protoc = Process()
    protoc.executableURL = URL(filePath: "/usr/bin/env")
    protoc.arguments =
      ["protoc", "-I", folder.path, "--include_source_info", "--include_imports", "--descriptor_set_out=\(set.path)"]
      + texts.keys.sorted()
    try protoc.run()
    protoc.waitUntilExit()
    guard protoc.terminationStatus == 0 else { throw ProtocFailed(status: protoc.terminationStatus) }
    guard let schema = Schema(descriptorSet: Array(try Data(contentsOf: set))) else { throw ProtocFailed(status: 0) }
    return schema
  }

  /// What the generator writes, by file name.
  func generated(_ parameter: String = "rpc_module=RPC") throws -> [String: String] {
    let files = try generate(schema(), paths: texts.keys.sorted(), options: PluginOptions(parameter))
    return Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.content) })
  }

  /// Why the generator refuses; nil when it does not.
  func refusal() throws -> String? {
    do {
      _ = try generated()
      return nil
    } catch let error as SchemaError {
      return error.description
    }
  }
}

struct ProtocFailed: Error {
  let status: Int32
}
