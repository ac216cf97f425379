import Cryptography
import Glibc
import Ledger
import LocalSystem
import Messages
import Wire

/// A file that is there whole or not at all: what was written so far is beside it under another name, and is removed when it is not finished.
struct UnfinishedFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isDone = false

  init(_ path: String) throws {
    let temporary = path + ".new"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure(
        .refused, "\(temporary) cannot be written: \(Self.reason)", mend: "name a file in a folder that you may write to")
    }
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isDone { unsafe unlink(temporary) }
  }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Failure(.refused, "\(temporary) cannot be written: \(Self.reason)") }
      rest = rest.dropFirst(count)
    }
  }

  /// Puts the file in its place.
  mutating func finish() throws {
    guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
      throw Failure(.refused, "\(path) cannot be written: \(Self.reason)")
    }
    isDone = true
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}

/// A text file, read line by line, however long it is.
@safe struct LinesOfFile: ~Copyable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var room: UnsafeMutablePointer<CChar>?
  private var size = 0

  init(_ path: String) throws {
    self.path = path
    guard let file = unsafe fopen(path, "re") else {
      throw Failure(.refused, "\(path) cannot be read: \(unsafe String(cString: strerror(errno)))")
    }
    unsafe self.file = file
  }

  deinit {
    unsafe fclose(file)
    unsafe free(room)
  }

  /// Hands over the next line without its end; false at the file's end.
  mutating func next(_ body: (Span<UInt8>) throws -> Void) throws -> Bool {
    let count = unsafe getline(&room, &size, file)
    guard count > 0, let room = unsafe room else {
      guard unsafe ferror(file) == 0 else { throw Failure(.refused, "\(path) cannot be read to its end") }
      return false
    }
    let bytes = unsafe UnsafeRawBufferPointer(start: room, count: Int(count)).bindMemory(to: UInt8.self)
    let isEnded = unsafe bytes[bytes.count - 1] == UInt8(ascii: "\n")
    try unsafe body(bytes.span.extracting(0..<bytes.count - (isEnded ? 1 : 0)))
    return true
  }
}

/// Checkpoints that were kept in a file, a line of JSON each: what `lodestar audit checkpoint FILE` appends to.
enum CheckpointFile {
  static func line(_ checkpoint: AuditCheckpoint) -> String {
    #"{"seq":\#(checkpoint.seq),"hash":"\#(checkpoint.hash)","at_us":\#(checkpoint.atUs)}"#
  }

  /// Appends the checkpoint; one that is there already is not repeated.
  static func append(_ checkpoint: AuditCheckpoint, to path: String) throws {
    let text = try Files.read(path) ?? ""
    _ = try checkpoints(in: text, path)
    let line = line(checkpoint)
    guard !text.split(separator: "\n").contains(where: { $0 == line }) else { return }
    try Files.write(text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + line + "\n", to: path)
  }

  static func read(_ path: String) throws -> [AuditCheckpoint] {
    guard let text = try Files.read(path) else { throw Failure(.refused, "\(path) is not there") }
    return try checkpoints(in: text, path)
  }

  private static func checkpoints(in text: String, _ path: String) throws -> [AuditCheckpoint] {
    try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { !$0.element.isEmpty }.map {
      place, line in
      guard case .object(let object)? = try? JSONValue(parsing: String(line)), case .number(let seq)? = object["seq"],
        let seq = seq.integer(as: Int64.self), seq > 0, case .string(let hash)? = object["hash"], SHA256Digest(hex: hash) != nil
      else {
        throw Failure(
          .refused, "\(path) has no checkpoint in line \(place + 1)",
          mend: #"a checkpoint is a line like {"seq":40,"hash":"64 hexadecimal digits"}, as `lodestar audit checkpoint` writes it"#)
      }
      return AuditCheckpoint(seq: seq, hash: hash)
    }
  }
}
