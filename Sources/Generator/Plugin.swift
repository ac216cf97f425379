/// What the plugin is told after `--lodestar_out=`: words "name=value", separated by commas.
struct PluginOptions: Equatable {
  /// The C module of the structs.
  var cModule = "CMessages"
  /// The module of the RPC layer; nil when the code is to be part of it.
  var rpcModule: String?
  /// The name for the descriptions' constants; nil for none.
  var descriptors: String?
  /// Only the outline is written, to this file.
  var outline: String?
  /// What Swift's names of a package begin with, so that packages whose names clash fit into one module: "google.rpc" → "Google".
  var prefixes: [String: String] = [:]

  init(_ parameter: String) throws(SchemaError) {
    for word in parameter.split(separator: ",") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      switch (parts[0], parts.count) {
      case ("c_module", 2): cModule = parts[1]
      case ("rpc_module", 2): rpcModule = parts[1]
      case ("descriptors", 2): descriptors = parts[1]
      case ("outline", 2): outline = parts[1]
      case ("prefix", 2):
        let pair = parts[1].split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
          throw SchemaError(description: "prefix=\(parts[1]): it has to be prefix=PACKAGE=PREFIX")
        }
        prefixes[pair[0]] = pair[1]
      default: throw SchemaError(description: "no such option: \(word)")
      }
    }
  }
}

struct GeneratedFile: Equatable {
  var name: String
  var content: String
}

/// What the plugin makes of the files at `paths`.
func generate(_ schema: Schema, paths: [String], options: PluginOptions) throws(SchemaError) -> [GeneratedFile] {
  let schema = schema.prefixed(options.prefixes)
  try schema.check(generated: Set(paths))
  let wanted = schema.files.filter { paths.contains($0.path) }.sorted { $0.path < $1.path }
  if let outline = options.outline { return [GeneratedFile(name: outline, content: OutlineWriter(files: wanted).text())] }

  var swiftNames: [String: String] = [:]
  for file in schema.files {
    for message in file.messages { swiftNames[message.fullName] = message.localName }
    for enumeration in file.enums {
      swiftNames[enumeration.fullName] = enumeration.localName
      swiftNames[enumeration.fullName + zeroCaseKey] = enumeration.swiftCases.first.map(identifier)
    }
  }

  var generated: [GeneratedFile] = []
  var bases: [String] = []
  for file in wanted {
    // Swift wants each file name once in a module; protoc reports a second one within a folder, the compiler one of two folders.
    let base =
      (options.prefixes[file.package] ?? "")
      + upperCamel(String(file.path.split(separator: "/").last?.split(separator: ".").first ?? ""))
    bases.append(base)
    generated += MessageWriter(file: file, swiftNames: swiftNames, cModule: options.cModule).files(in: base)
    if !file.services.isEmpty {
      let writer = ServiceWriter(
        file: file, swiftNames: swiftNames, rpcModule: options.rpcModule, descriptors: options.descriptors)
      generated.append(GeneratedFile(name: "\(base)/\(base)Service.swift", content: writer.source()))
    }
  }
  if let name = options.descriptors { generated += DescriptorWriter(files: Array(zip(wanted, bases)), name: name).sources() }
  return generated
}
