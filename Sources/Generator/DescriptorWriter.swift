/// Writes the files' own descriptions as constants, for reflection to serve: each beside its messages, and a list of all.
struct DescriptorWriter {
  /// With the folder of each one's Swift files.
  let files: [(file: ProtoFile, folder: String)]
  /// The Swift enumeration without cases that holds them.
  let name: String

  func sources() -> [GeneratedFile] {
    [GeneratedFile(name: "\(name).swift", content: list())]
      + files.map { GeneratedFile(name: "\($0.folder)/\($0.folder)Proto.swift", content: description(of: $0.file, in: $0.folder)) }
  }

  private func list() -> String {
    var source = SourceText(generatedFrom: "the files named below")
    source.line()
    source.line("public import Wire")
    source.line()
    source.line("/// The .proto files of this module, as gRPC reflection serves them, and their messages.")
    source.block("public enum \(name)") { source in
      source.line("public static let all: [WireFile] = [")
      for (file, folder) in files { source.line("  \(constant(folder)),  // \(file.path)") }
      source.line("]")
      source.line()
      source.line("/// Every message of this module, in the order of the files.")
      source.line("public static let messages: [any WireMessage.Type] = [")
      for message in files.flatMap(\.file.messages) { source.line("  \(message.localName).self,") }
      source.line("]")
    }
    return source.text
  }

  private func description(of file: ProtoFile, in folder: String) -> String {
    var source = SourceText(generatedFrom: file.path)
    source.line()
    source.line("import Wire")
    source.line()
    source.block("extension \(name)") { source in
      source.line("static let \(constant(folder)) = WireFile(")
      source.line("  path: \"\(file.path)\",")
      source.line("  dependencies: [\(file.dependencies.map { "\"\($0)\"" }.joined(separator: ", "))],")
      source.line("  base64: \"\"\"")
      // A backslash joins the lines to one.
      let text = Array(base64(file.descriptorBytes))
      let rows = stride(from: 0, to: text.count, by: 120).map { String(text[$0..<min($0 + 120, text.count)]) }
      for (index, row) in rows.enumerated() { source.line("    \(row)\(index < rows.count - 1 ? "\\" : "")") }
      source.line("    \"\"\")")
    }
    return source.text
  }

  private func constant(_ folder: String) -> String { lowerFirst(folder) + "Proto" }
}

/// RFC 4648, standard alphabet, padded. The generator makes Wire's messages and so stands apart from Wire.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  var text = ""
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
    for index in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)]) }
    text += String(repeating: "=", count: 3 - group.count)
  }
  return text
}
