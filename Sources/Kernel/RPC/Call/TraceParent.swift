/// A place in a distributed trace, as the traceparent header carries it (W3C Trace Context, version 00).
public struct TraceParent: Sendable, Equatable, CustomStringConvertible {
  /// 32 lower-case hexadecimal digits, not all zero.
  public let traceID: String
  /// 16 lower-case hexadecimal digits, not all zero: the span that made the call.
  public let spanID: String
  public let isSampled: Bool

  /// Reads the header; nil when it is malformed.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    // Later versions may append parts; version ff is forbidden.
    guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4, Self.isHex(parts[0]),
      parts[1].count == 32, Self.isHex(parts[1]), parts[1].contains(where: { $0 != "0" }),
      parts[2].count == 16, Self.isHex(parts[2]), parts[2].contains(where: { $0 != "0" }),
      parts[3].count == 2, Self.isHex(parts[3]), let flags = UInt8(parts[3], radix: 16)
    else { return nil }
    traceID = String(parts[1])
    spanID = String(parts[2])
    isSampled = flags & 1 == 1
  }

  private init(traceID: String, spanID: String, isSampled: Bool) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// A new trace with its first span.
  public static func root(isSampled: Bool, using generator: inout some RandomNumberGenerator) -> TraceParent {
    let traceID = hex(.random(in: 1...UInt64.max, using: &generator)) + hex(.random(in: 0...UInt64.max, using: &generator))
    return TraceParent(traceID: traceID, spanID: newSpanID(&generator), isSampled: isSampled)
  }

  /// Another span of the same trace.
  public func child(using generator: inout some RandomNumberGenerator) -> TraceParent {
    TraceParent(traceID: traceID, spanID: Self.newSpanID(&generator), isSampled: isSampled)
  }

  public var description: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

  private static func newSpanID(_ generator: inout some RandomNumberGenerator) -> String {
    hex(.random(in: 1...UInt64.max, using: &generator))
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func isHex(_ text: Substring) -> Bool {
    text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
  }
}
