import Synchronization
import Wire

/// What a caller asks of reflection, in either version of it.
enum ReflectionQuestion: Equatable {
  case file(path: String)
  case symbol(String)
  case extensionOf(String, number: Int32)
  case extensionNumbers(of: String)
  case services
  /// The request holds no question that we know.
  case none
}

/// What it is answered, in either version.
enum ReflectionAnswer: Equatable {
  /// Serialized files: the one asked for, then what it imports.
  case files([[UInt8]])
  case extensionNumbers(of: String, [Int32])
  case services([String])
  case error(StatusCode, String)
}

/// Knows the services of a server and the .proto files behind them.
final class ReflectionIndex: Sendable {
  private struct Contents {
    var files: [String: WireFile] = [:]
    /// The path of the file that declares each name.
    var paths: [String: String] = [:]
    var messages: Set<String> = []
  }

  private let services: [String]
  private let files: [WireFile]
  /// Made with the first question: most servers are never asked, and need not hold it.
  private let contents = Mutex<Contents?>(nil)

  /// - Parameter files: may hold a file twice.
  init(services: [String], files: [WireFile]) {
    self.services = services.sorted()
    self.files = files
  }

  /// - Parameter sent: the paths of the files that the stream has been sent; they are not sent again but for the one asked for.
  func answer(_ question: ReflectionQuestion, sent: inout Set<String>) -> ReflectionAnswer {
    switch question {
    case .file(let path):
      return withContents { $0.files[path] != nil }
        ? .files(serialized(path, sent: &sent)) : .error(.notFound, "There is no file \"\(path)\" here.")
    case .symbol(let name):
      guard let path = withContents({ $0.paths[name] }) else {
        return .error(.notFound, "Nothing here is called \"\(name)\"; a full name begins with the package.")
      }
      return .files(serialized(path, sent: &sent))
    case .extensionOf(let name, let number):
      return .error(.notFound, "\(name) has no extension \(number): no message here has extensions.")
    case .extensionNumbers(let name):
      return withContents { $0.messages.contains(name) }
        ? .extensionNumbers(of: name, []) : .error(.notFound, "There is no message \"\(name)\" here.")
    case .services:
      return .services(services)
    case .none:
      return .error(.invalidArgument, "The request asks for nothing: set one field of message_request.")
    }
  }

  /// The file, and breadth-first what it imports.
  private func serialized(_ path: String, sent: inout Set<String>) -> [[UInt8]] {
    sent.remove(path)
    let known = withContents(\.files)
    var answer: [[UInt8]] = []
    var seen: Set = [path]
    var queue = [path]
    var next = 0
    while next < queue.count {
      defer { next += 1 }
      guard let file = known[queue[next]] else { continue }
      if sent.insert(file.path).inserted { answer.append(file.descriptorBytes) }
      for dependency in file.dependencies where seen.insert(dependency).inserted { queue.append(dependency) }
    }
    return answer
  }

  private func withContents<Value: Sendable>(_ body: (Contents) -> Value) -> Value {
    contents.withLock { contents in
      if let contents { return body(contents) }
      var made = Contents()
      for file in files where made.files.updateValue(file, forKey: file.path) == nil {
        let symbols = DeclaredSymbols(file: file.descriptorBytes)
        made.messages.formUnion(symbols.messages)
        for name in symbols.messages + symbols.others { made.paths[name] = file.path }
      }
      contents = made
      return body(made)
    }
  }
}
