/// One frame of HTTP/2 as anyone may write it, right or wrong.
public struct RawFrame: Sendable, Equatable {
  public var type: UInt8
  public var flags: UInt8
  public var stream: UInt32
  public var payload: [UInt8]
  /// What the frame says its length is, if that is not the truth.
  public var statedLength: Int?

  public init(type: UInt8, flags: UInt8 = 0, stream: UInt32, payload: [UInt8] = [], statedLength: Int? = nil) {
    self.type = type
    self.flags = flags
    self.stream = stream
    self.payload = payload
    self.statedLength = statedLength
  }

  public static let endStream: UInt8 = 0x1
  public static let acknowledgement: UInt8 = 0x1
  public static let endHeaders: UInt8 = 0x4
  public static let padded: UInt8 = 0x8
  public static let prioritized: UInt8 = 0x20

  public var bytes: [UInt8] {
    let length = statedLength ?? payload.count
    return [UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
      + [type, flags] + Self.number(stream) + payload
  }

  /// Four bytes, the most significant first.
  public static func number(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
  }

  // MARK: The types

  public static func data(_ stream: UInt32, _ bytes: [UInt8] = Array("test".utf8), ends: Bool = false) -> RawFrame {
    RawFrame(type: 0, flags: ends ? endStream : 0, stream: stream, payload: bytes)
  }

  public static func headers(_ stream: UInt32, _ block: [UInt8], ends: Bool = true, isComplete: Bool = true) -> RawFrame {
    RawFrame(type: 1, flags: (ends ? endStream : 0) | (isComplete ? endHeaders : 0), stream: stream, payload: block)
  }

  public static func headers(_ stream: UInt32, _ fields: HeaderList, ends: Bool = true, isComplete: Bool = true) -> RawFrame {
    headers(stream, fields.literal, ends: ends, isComplete: isComplete)
  }

  public static func priority(_ stream: UInt32, dependsOn other: UInt32 = 0) -> RawFrame {
    RawFrame(type: 2, stream: stream, payload: number(other) + [15])
  }

  public static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> RawFrame {
    RawFrame(type: 3, stream: stream, payload: number(code))
  }

  public static func settings(_ entries: [(UInt16, UInt32)] = []) -> RawFrame {
    RawFrame(type: 4, stream: 0, payload: entries.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] + number($1) })
  }

  public static let settingsAcknowledgement = RawFrame(type: 4, flags: acknowledgement, stream: 0)

  public static func ping(_ text: StaticString = "whatever", isAnswer: Bool = false) -> RawFrame {
    RawFrame(type: 6, flags: isAnswer ? acknowledgement : 0, stream: 0, payload: Array("\(text)".utf8))
  }

  public static func goAway(_ code: UInt32 = 0) -> RawFrame {
    RawFrame(type: 7, stream: 0, payload: number(0) + number(code))
  }

  public static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> RawFrame {
    RawFrame(type: 8, stream: stream, payload: number(increment))
  }

  public static func continuation(_ stream: UInt32, _ block: [UInt8], isComplete: Bool = true) -> RawFrame {
    RawFrame(type: 9, flags: isComplete ? endHeaders : 0, stream: stream, payload: block)
  }
}
