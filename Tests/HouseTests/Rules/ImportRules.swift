/// An import line of a Swift file.
struct Import: Equatable {
  let module: String
  let line: Int

  static func all(in file: SourceFile) -> [Import] {
    guard file.isSwift else { return [] }
    return file.codeLines.enumerated().compactMap { offset, line in
      module(of: line).map { Import(module: $0, line: offset + 1) }
    }
  }

  private static let modifiers: Set<String> = [
    "public", "package", "internal", "fileprivate", "private", "@_exported", "@preconcurrency",
  ]
  private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]

  private static func module(of line: String) -> String? {
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, modifiers.contains(first) || first.hasPrefix("@") { words.removeFirst() }
    guard words.first == "import", words.count >= 2 else { return nil }
    words.removeFirst()
    if kinds.contains(words[0]) { words.removeFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }
}

/// Which modules each room may see. The package's target list says what is linked; SwiftPM lets a file import what its target did
/// not declare as long as something else in the package builds it, so the import lines themselves are held against this table.
enum Imports {
  static let kernelRooms: [String: Set<String>] = [
    "Wire": ["CProtobufC"],
    "Reactor": ["CLinux"],
    "HTTP2": ["CNGHTTP2"],
    "Gzip": ["CZlib"],
    "Cryptography": ["COpenSSL"],
    "RPC": ["Wire", "Reactor", "HTTP2", "Gzip", "Cryptography", "CStandardMessages"],
    "Postgres": ["CLibPQ", "Reactor"],
    "Jobs": ["Postgres", "Reactor", "Cryptography"],
    "Ledger": ["Cryptography"],
    "MILP": ["CGLPK"],
    "Telemetry": ["RPC"],
    "Runtime": ["Cryptography", "RPC", "Telemetry", "Reactor", "Postgres"],
  ]
  static let kernel = Set(kernelRooms.keys)
  static let services = ["MetricGovernance", "SheetSync", "ConstraintCompilation", "PortfolioOptimization"]
  static let adapters: [String: Set<String>] = [
    "MetricGovernance": ["Cryptography", "Jobs", "Ledger", "YAMLText"], "SheetSync": ["CZip", "CXML", "Cryptography"],
    "ConstraintCompilation": ["Cryptography"], "PortfolioOptimization": ["MILP", "Jobs"],
  ]
  static let foreignModules: Set<String> = [
    "CNGHTTP2", "CProtobufC", "CLibPQ", "COpenSSL", "CZlib", "CZip", "CXML", "CLinux", "CGLPK", "CMessages", "CStandardMessages",
    "CInteropMessages", "CDescriptors", "CYaml",
  ]

  /// Every module of this package that a program can link.
  static let ours: Set<String> =
    kernel.union(foreignModules).union([
      "Messages", "LocalSystem", "YAMLText", "TestSupport", "lodestar", "lodestar_interop", "protoc_gen_lodestar",
    ])
    .union(services.flatMap { ["\($0)Domain", "\($0)Server"] })

  static let foundation: Set<String> = ["Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML"]

  /// Packages of others that only some rooms may use.
  static let reserved: [String: [String]] = [
    "Yams": [
      "Sources/Services/MetricGovernance/Server/Identity/",
      "Sources/CLI/People/",
    ],
    "AsyncHTTPClient": ["Sources/Services/SheetSync/Server/HTTP/"], "NIOCore": ["Sources/Services/SheetSync/Server/HTTP/"],
    "NIOHTTP1": ["Sources/Services/SheetSync/Server/HTTP/"], "Hummingbird": ["Sources/Console/"],
    "ArgumentParser": ["Sources/CLI/", "Sources/Interop/"],
  ]

  /// The modules of ours that a room may import; nil where the rule does not care.
  static func allowed(_ room: Room) -> Set<String>? {
    switch room {
    case .foreign, .domain: []
    case .kernel(let name): kernelRooms[name] ?? []
    case .server(let name):
      adapters[name, default: []].union(["\(name)Domain", "Messages", "Wire", "RPC", "Reactor", "Postgres", "Runtime"])
    case .main(let name): ["\(name)Server", "Runtime"]
    case .messages: ["CMessages", "Wire", "RPC"]
    case .generator: ["CDescriptors"]
    case .commandLine: ["Messages", "Wire", "RPC", "Reactor", "Cryptography", "Ledger", "LocalSystem", "YAMLText"]
    case .console: ["Messages", "Wire", "RPC", "Reactor", "Cryptography", "LocalSystem"]
    case .interop: ["CInteropMessages", "Wire", "RPC", "Cryptography", "Reactor"]
    case .localSystem: ["Cryptography"]
    case .yamlText: ["CYaml"]
    case .tests, .other: nil
    }
  }
}

extension Rule {
  static let importRules = [roomsImports, pureDomain, lightServices, oneImporter, reservedPackages]

  static let roomsImports = Rule("a room imports only what the architecture lets it see") { tree in
    tree.files.flatMap { file -> [Breach] in
      guard let allowed = Imports.allowed(file.room) else { return [] }
      return Import.all(in: file).filter { Imports.ours.contains($0.module) && !allowed.contains($0.module) }.map {
        let may = allowed.isEmpty ? "nothing of this package" : allowed.sorted().joined(separator: ", ")
        return Breach(file, line: $0.line, "imports \($0.module), but may import only \(may); go through one of those")
      }
    }
  }

  static let pureDomain = Rule("a Domain imports nothing at all") { tree in
    tree.files.flatMap { file -> [Breach] in
      guard case .domain = file.room else { return [] }
      return Import.all(in: file).map {
        Breach(
          file, line: $0.line, "imports \($0.module); a domain is values and rules of the language alone: move this to Server/")
      }
    }
  }

  static let lightServices = Rule("Kernel, services and messages do without Foundation") { tree in
    tree.files.flatMap { file -> [Breach] in
      switch file.room {
      case .kernel, .server, .main, .messages: break
      default: return []
      }
      return Import.all(in: file).filter { Imports.foundation.contains($0.module) }.map {
        Breach(
          file, line: $0.line,
          "imports \($0.module), which costs every service megabytes at rest; use Glibc or the standard library")
      }
    }
  }

  static let oneImporter = Rule("a C module has one importer") { tree in
    var importers: [String: [(room: Room, file: SourceFile, line: Int)]] = [:]
    for file in tree.files {
      for found in Import.all(in: file) where Imports.foreignModules.contains(found.module) {
        importers[found.module, default: []].append((file.room, file, found.line))
      }
    }
    return importers.values.flatMap { places -> [Breach] in
      guard let first = places.first else { return [] }
      return places.filter { $0.room != first.room }.map {
        Breach(
          $0.file, line: $0.line, "imports a C module that \(first.file.path) imports too; let one room wrap it and use that room")
      }
    }
  }

  static let reservedPackages = Rule("a package of others stays in the room it was taken for") { tree in
    tree.files.filter { !$0.path.hasPrefix("Tests/") }.flatMap { file in
      Import.all(in: file).compactMap { found in
        guard let homes = Imports.reserved[found.module], !homes.contains(where: file.path.hasPrefix) else { return nil }
        return Breach(file, line: found.line, "imports \(found.module), which only \(homes.joined(separator: " and ")) may")
      }
    }
  }
}
