public import Glibc

/// The few file operations that running a local system takes.
public enum Files {
  public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  public static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  /// Makes a directory and those above it; one that is there is left as it is.
  public static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(LocalSystemError) {
    if exists(path) { return }
    let parent = directory(of: path)
    if parent != path { try makeDirectory(parent, mode: mode) }
    if unsafe mkdir(path, mode) != 0, errno != EEXIST {
      throw LocalSystemError("the directory \(path) cannot be made: \(reason(errno))")
    }
  }

  /// The whole file as text; nil when there is no such file.
  public static func read(_ path: String) throws(LocalSystemError) -> String? {
    try bytes(of: path, limit: .max).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The whole file as text, exactly as it is; nil when there is no such file. Throws when it has more bytes than `limit`, of which no more
  /// are read, or is not UTF-8.
  public static func readText(_ path: String, limit: Int) throws(LocalSystemError) -> String? {
    guard let bytes = try bytes(of: path, limit: limit) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw LocalSystemError("\(path) is not UTF-8; save it in that encoding")
    }
    return text
  }

  private static func bytes(of path: String, limit: Int) throws(LocalSystemError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw LocalSystemError("\(path) cannot be read: \(reason(errno))")
    }
    defer { close(descriptor) }
    guard let bytes = readToEnd(descriptor, limit: limit) else {
      throw LocalSystemError("\(path) has more than \(limit) bytes, which is more than is read")
    }
    return bytes
  }

  /// Writes the file whole or not at all: to a temporary file beside it, then renamed.
  public static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws(LocalSystemError) {
    let temporary = path + ".new"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw LocalSystemError("\(temporary) cannot be written: \(reason(errno))") }
    var failure: Int32 = 0
    if !writeAll(Array(text.utf8), to: descriptor) || fsync(descriptor) != 0 { failure = errno }
    close(descriptor)
    if failure == 0, unsafe rename(temporary, path) != 0 { failure = errno }
    if failure != 0 {
      unsafe unlink(temporary)
      throw LocalSystemError("\(path) cannot be written: \(reason(failure))")
    }
  }

  public static func remove(_ path: String) { unsafe unlink(path) }

  /// The names in a directory, without "." and ".."; empty when it cannot be read.
  public static func names(in path: String) -> [String] {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The path without `.` and symbolic links; relative ones begin at the working directory. Parts need not exist.
  public static func absolute(_ path: String) -> String {
    if let resolved = unsafe realpath(path, nil) {
      defer { unsafe free(resolved) }
      return unsafe String(cString: resolved)
    }
    let parent = directory(of: path)
    if parent == path { return path }
    let resolved = absolute(parent)
    return (resolved == "/" ? "" : resolved) + "/" + name(of: path)
  }

  public static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  public static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

  static func readToEnd(_ descriptor: Int32) -> [UInt8] { readToEnd(descriptor, limit: .max) ?? [] }

  /// Nil when there are more bytes than that.
  private static func readToEnd(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return all }
      all.append(contentsOf: chunk[..<count])
      if all.count > limit { return nil }
    }
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
