import RawHTTP2
import Testing

/// Something that costs its sender little and that one connection may not have too much of.
struct Flood: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The limit's name in the log.
  let limit: String
  /// What the GOAWAY says.
  let debugText: String
  let opening: [UInt8]
  let unit: @Sendable (Int) -> [UInt8]

  init(
    _ description: String, limit: String, debugText: String? = nil, opening: [RawFrame] = [],
    _ unit: @escaping @Sendable (Int) -> [RawFrame]
  ) {
    testDescription = description
    self.limit = limit
    self.debugText = debugText ?? limit
    self.opening = opening.flatMap(\.bytes)
    self.unit = { number in unit(number).flatMap(\.bytes) }
  }

  /// Far beyond every limit.
  private static let units = 20_000

  /// Whether each unit is answered by a reset, which is waited for: too many streams at once would be another matter.
  private var isAnsweredByResets: Bool { limit == "resets_sent" }

  /// Sends until the server has had enough of it, and tells how it took that.
  func attack(_ server: ServerUnderTest) -> RawHTTP2Client.Verdict {
    let client = server.client()
    client.send(opening)
    for start in stride(from: 0, to: Self.units, by: 50) {
      guard client.send((start..<(start + 50)).flatMap(unit)) else { break }
      guard isAnsweredByResets else { continue }
      for _ in 0..<50 {
        guard case .streamError = client.verdict() else { break }
      }
      if let lastWord = client.lastWord { return lastWord }
    }
    return client.verdict()
  }

  static let all: [Flood] = [
    Flood("pings", limit: "keepalive_pings", debugText: "too_many_pings") { _ in [.ping()] },
    Flood("answers to pings that nobody sent", limit: "empty_frames") { _ in [.ping("notasked", isAnswer: true)] },
    Flood("settings", limit: "settings") { _ in [.settings()] },
    Flood("settings that change the windows to and fro", limit: "settings") { [.settings([(4, UInt32($0 % 2))])] },
    Flood("priorities", limit: "empty_frames") { [.priority(1, dependsOn: UInt32(3 + 2 * $0))] },
    Flood("frames of unknown types", limit: "empty_frames") { _ in [RawFrame(type: 0x42, stream: 0, payload: [1, 2, 3])] },
    Flood("empty DATA", limit: "empty_frames", opening: [call(1)]) { _ in [.data(1, [])] },
    Flood("DATA of padding only", limit: "empty_frames", opening: [call(1)]) { _ in
      [RawFrame(type: 0, flags: RawFrame.padded, stream: 1, payload: [3, 0, 0, 0])]
    },
    Flood("window updates", limit: "window_updates") { _ in [.windowUpdate(0, 1)] },
    Flood("window updates of streams", limit: "window_updates", opening: [call(1)]) { _ in [.windowUpdate(1, 1)] },
    Flood("rapid reset (CVE-2023-44487)", limit: "resets_received") { [call(id($0)), .reset(id($0))] },
    Flood("rapid reset of running handlers", limit: "resets_received") {
      [call(id($0)), .data(id($0), ServerUnderTest.message, ends: true), .reset(id($0))]
    },
    Flood("MadeYouReset by a window beyond the largest (CVE-2025-8671)", limit: "resets_sent") {
      [call(id($0)), .windowUpdate(id($0), 0x7fff_ffff)]
    },
    Flood("MadeYouReset by requests without a method", limit: "resets_sent") {
      [.headers(id($0), HeaderList.get.without(":method"))]
    },
    Flood(
      "CONTINUATION without end", limit: "continuations", debugText: "",
      opening: [
        .headers(1, HeaderList.get.literal, ends: true, isComplete: false)
      ]
    ) { _ in [.continuation(1, [], isComplete: false)] },
    Flood("a header block that unpacks into megabytes (an HPACK bomb)", limit: "header_bytes") { number in
      let entry = [0x40] + HeaderList.string(Array("a".utf8)) + HeaderList.string([UInt8](repeating: 0x61, count: 4000))
      return [.headers(id(number), HeaderList.get.literal + entry + [UInt8](repeating: 0xbe, count: 4000))]
    },
  ]

  private static func id(_ number: Int) -> UInt32 { UInt32(2 * number + 1) }

  private static func call(_ stream: UInt32) -> RawFrame { .headers(stream, .call("/test.Service/Wait"), ends: false) }
}
