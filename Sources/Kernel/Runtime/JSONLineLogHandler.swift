import Glibc
public import Logging

/// Writes each log event as one line of JSON to standard error: time, level, service, message, then the metadata.
public struct JSONLineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a whole line with its end; standard error unless a test wants the lines.
  public init(label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void = JSONLineLogHandler.standardError) {
    self.label = label
    self.logLevel = level
    self.write = write
  }

  /// What every event of this logger carries.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes the event as one line.
  public func log(event: LogEvent) {
    var fields: [(String, String)] = [
      ("time", Self.timestamp(WallClock.nowMicroseconds())), ("level", event.level.rawValue), ("service", label),
      ("message", "\(event.message)"),
    ]
    if let error = event.error { fields.append(("error", "\(error)")) }
    let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
    fields += all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    write("{" + fields.map { Self.quoted($0.0) + ":" + Self.quoted($0.1) }.joined(separator: ",") + "}\n")
  }

  /// One write per line, so that lines of several threads don't mix.
  public static let standardError: @Sendable (String) -> Void = { line in
    var bytes = Array(line.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      if count > 0 { bytes = bytes.dropFirst(count) }
    }
  }

  /// RFC 3339 in UTC with microseconds.
  static func timestamp(_ microseconds: Int64) -> String {
    var seconds = time_t(microseconds.quotientAndRemainder(dividingBy: 1_000_000).quotient)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = unsafe "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let time = unsafe "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(date)T\(time).\(padded(Int(microseconds % 1_000_000), 6))Z"
  }

  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension Logger {
  /// The logger of a service: lines of JSON on standard error.
  public static func service(_ name: String, level: Logger.Level) -> Logger {
    Logger(label: name) { JSONLineLogHandler(label: $0, level: level) }
  }
}
