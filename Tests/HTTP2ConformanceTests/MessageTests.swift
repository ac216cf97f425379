import RawHTTP2
import Testing

/// RFC 9113, section 8: how requests are expressed, and RFC 7541: how their fields are compressed.
struct MessageTests {
  private static func malformed(_ description: String, _ fields: HeaderList) -> Breach {
    Breach(description, [.headers(1, fields)], .streamError(.protocolError))
  }

  static let fields = [
    malformed("8.2.1: an upper-case name", HeaderList.get + ["X-Test": "ok"]),
    malformed("8.2.1: a name with a space", HeaderList.get + ["x test": "ok"]),
    malformed("8.2.1: an empty name", HeaderList.get + ["": "ok"]),
    malformed("8.2.1: a value with a line feed", HeaderList.get + ["x-test": "a\nb"]),
    malformed("8.2.1: a value with a NUL", HeaderList.get + ["x-test": "a\0b"]),
    malformed("8.2.2: connection", HeaderList.get + ["connection": "keep-alive"]),
    malformed("8.2.2: keep-alive", HeaderList.get + ["keep-alive": "timeout=5"]),
    malformed("8.2.2: proxy-connection", HeaderList.get + ["proxy-connection": "keep-alive"]),
    malformed("8.2.2: transfer-encoding", HeaderList.get + ["transfer-encoding": "chunked"]),
    malformed("8.2.2: upgrade", HeaderList.get + ["upgrade": "h2c"]),
    malformed("8.2.2: te other than trailers", HeaderList.get + ["te": "trailers, deflate"]),
    malformed("8.3: a pseudo-header without a meaning", HeaderList.get + [":test": "ok"]),
    malformed("8.3: a pseudo-header of answers", HeaderList.get + [":status": "200"]),
    malformed("8.3: a pseudo-header after a field", ["x-test": "ok"] + HeaderList.get),
    malformed("8.3.1: an empty path", HeaderList.get.with(":path", "")),
    malformed("8.3.1: no method", HeaderList.get.without(":method")),
    malformed("8.3.1: no scheme", HeaderList.get.without(":scheme")),
    malformed("8.3.1: no path", HeaderList.get.without(":path")),
    malformed("8.3.1: two methods", [":method": "GET"] + HeaderList.get),
    malformed("8.3.1: two schemes", [":scheme": "http"] + HeaderList.get),
    malformed("8.3.1: two paths", [":path": "/"] + HeaderList.get),
    Breach(
      "8.1: HEADERS in the middle that don't end the stream",
      [
        .headers(1, .post, ends: false), .data(1), .headers(1, ["x-test": "ok"], ends: false),
      ], .streamError(.protocolError)),
    Breach(
      "8.1: a pseudo-header in trailers",
      [
        .headers(1, .post, ends: false), .data(1), .headers(1, [":method": "GET"]),
      ], .streamError(.protocolError)),
    Breach(
      "8.1.1: a content-length that DATA does not fill",
      [
        .headers(1, HeaderList.post + ["content-length": "5"], ends: false), .data(1, ends: true),
      ], .streamError(.protocolError)),
    Breach(
      "8.1.1: a content-length that several DATA exceed",
      [
        .headers(1, HeaderList.post + ["content-length": "5"], ends: false), .data(1), .data(1, ends: true),
      ], .streamError(.protocolError)),
  ]

  @Test(arguments: fields) func `8: malformed requests`(breach: Breach) async throws { try await breach.check() }

  @Test(arguments: ["GET", "HEAD", "POST", "OPTIONS"]) func `8.1: a request that is not gRPC has an answer`(verb: String)
    async throws
  {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, HeaderList.get.with(":method", verb)))
      let answer = client.answer(on: 1)
      #expect(answer.status == (verb == "POST" ? "415" : "405"))
      #expect(answer.isComplete)
      #expect(answer.body.isEmpty == (verb == "HEAD"))
    }
  }

  @Test func `8.1: a request with a body and trailers has an answer`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(
        .headers(1, HeaderList.post + ["trailer": "x-test"], ends: false), .data(1), .headers(1, ["x-test": "ok"]))
      #expect(client.answer(on: 1).status == "415")
      #expect(client.isAlive())
    }
  }

  private static func block(_ description: String, _ bytes: [UInt8]) -> Breach {
    Breach("RFC 7541, \(description)", [.headers(1, bytes)], .connectionError(.compressionError))
  }

  static let blocks = [
    block("2.3.3: an index beyond the tables", HeaderList.get.literal + [0x80 | 70]),
    block("2.3.3: a literal with a name beyond the tables", HeaderList.get.literal + [0x0f, 70] + HeaderList.string([1])),
    block("4.2: a change of the table's size at the end of a block", HeaderList.get.literal + [0x20]),
    block("5.1: an integer without end", HeaderList.get.literal + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    block("5.2: Huffman padding of more than seven bits", HeaderList.get.literal + [0, 0x81, 0x1f, 0x83, 0x8f, 0xff, 0xff]),
    block("5.2: Huffman padding with zeroes", HeaderList.get.literal + [0, 0x81, 0x1f, 0x81, 0x18]),
    block("5.2: the code for the end inside a string", HeaderList.get.literal + [0, 0x81, 0x1f, 0x84, 0xff, 0xff, 0xff, 0xff]),
    block("6.1: index 0", HeaderList.get.literal + [0x80]),
    block("6.3: a table larger than was allowed", HeaderList.integer(8192, prefix: 5, pattern: 0x20) + HeaderList.get.literal),
  ]

  @Test(arguments: blocks) func `HPACK: blocks that cannot be read`(breach: Breach) async throws { try await breach.check() }

  static let readable: [[UInt8]] = [
    // Indices of the static table, then a literal that enters the dynamic one, without and with Huffman code, and one that never may.
    [0x82, 0x86, 0x84, 0x41, 0x09] + Array("localhost".utf8),
    [0x82, 0x86, 0x84, 0x41, 0x86, 0xa0, 0xe4, 0x1d, 0x13, 0x9d, 0x09],
    [0x20, 0x3f, 0xe1, 0x1f, 0x82, 0x86, 0x84, 0x01, 0x09] + Array("localhost".utf8),
    [0x82, 0x86, 0x84, 0x11, 0x09] + Array("localhost".utf8),
  ]

  @Test(arguments: readable) func `HPACK: every representation is read`(bytes: [UInt8]) async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, bytes))
      #expect(client.answer(on: 1).status == "405")
    }
  }

  @Test func `HPACK: what entered the dynamic table in one block is there in the next`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, [0x82, 0x86, 0x84, 0x41, 0x09] + Array("localhost".utf8)), .headers(3, [0x82, 0x86, 0x84, 0xbe]))
      #expect(client.answer(on: 3).status == "405")
    }
  }
}
