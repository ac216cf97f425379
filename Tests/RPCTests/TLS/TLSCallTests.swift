import Cryptography
import Glibc
import RPC
import Reactor
import Synchronization
import Testing

/// Calls over TLS on loopback, with certificates of the tests' own authority.
@Suite(.timeLimit(.minutes(1))) struct TLSCallTests {
  private let identify = RPCMethod.unary("/test.Service/Identify") { (_: Text, context: CallContext) in
    Text(service: context.identity.map { "\($0.commonName ?? "") \($0.uris)" } ?? "nobody")
  }

  private func call(_ channel: RPCChannel, _ method: String = "Echo", _ text: String = "hello") async throws -> String {
    (try await channel.unary("/test.Service/\(method)", Text(service: text)) as Text).service
  }

  /// What a call to a server is refused with, by a channel of the given security.
  private func refusal(server: ServerSecurity?, channel: ChannelSecurity?) async throws -> String {
    var said: RPCError?
    try await withServer([echo], configure: { $0.security = server }, configureChannel: { $0.security = channel }) { test in
      said = await failure { try await call(test.channel) }
    }
    #expect(said?.code == .unavailable)
    return said?.message ?? "nothing"
  }

  @Test func `both sides prove who they are, and the handler knows the caller`() async throws {
    let certificates = try TestCertificates()
    try await withServer(
      [echo, identify], configure: { $0.security = try? certificates.serverSecurity() },
      configureChannel: { $0.security = try? certificates.channelSecurity(showing: certificates.client) }
    ) { test in
      let answer = try await call(test.channel)
      #expect(answer == "hello")
      let caller = try await call(test.channel, "Identify")
      #expect(caller == #"test-client ["spiffe://test/client"]"#)
    }
  }

  @Test func `a caller without a certificate is served where that is optional, as nobody`() async throws {
    let certificates = try TestCertificates()
    try await withServer(
      [identify], configure: { $0.security = try? certificates.serverSecurity(clients: .optional) },
      configureChannel: { $0.security = try? certificates.channelSecurity(showing: nil) }
    ) { test in
      let caller = try await call(test.channel, "Identify")
      #expect(caller == "nobody")
    }
  }

  @Test func `4 MiB go there and back, and many at once`() async throws {
    let certificates = try TestCertificates()
    try await withServer(
      [echo], loopCount: 2,
      configure: {
        $0.security = try? certificates.serverSecurity()
        $0.maximumMessageBytes = 8 << 20
      }, configureChannel: { $0.security = try? certificates.channelSecurity(showing: certificates.client) }
    ) { test in
      let text = String(decoding: (0..<(4 << 20)).map { UInt8(0x20 + ($0 ^ ($0 >> 9)) % 95) }, as: UTF8.self)
      let answer = try await call(test.channel, "Echo", text)
      #expect(answer == text)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<40 {
          group.addTask {
            let part = String(text.utf8.prefix(number * 7001))!
            return try await call(test.channel, "Echo", part) == part
          }
        }
        for try await isSame in group { #expect(isSame) }
      }
    }
  }

  @Test func `a long stream to a slow reader arrives whole`() async throws {
    let certificates = try TestCertificates()
    let piece = String(repeating: "x", count: 10_000)
    let (written, wrote) = AsyncStream.makeStream(of: Int.self)
    let count = RPCMethod.serverStreaming("/test.Service/Count") { (_: Text, _, responses: ResponseWriter<Text>) in
      for number in 0..<500 {
        try await responses.write(Text(service: "\(number) \(piece)"))
        wrote.yield(number + 1)
      }
    }
    try await withServer(
      [count], configure: { $0.security = try? certificates.serverSecurity() },
      configureChannel: { $0.security = try? certificates.channelSecurity(showing: certificates.client) }
    ) { test in
      let stream: ResponseStream<Text> = test.channel.serverStreaming("/test.Service/Count", Text())
      var progress = written.makeAsyncIterator()
      var (expected, sent) = (0, 0)
      for try await answer in stream {
        #expect(answer.service.hasPrefix("\(expected) "))
        expected += 1
        guard expected % 100 == 0 else { continue }
        // Lets the writer fill half of the stream's window of 1 MiB: the other half may not have been given back yet.
        while sent < min(expected + 50, 500), let next = await progress.next() { sent = next }
      }
      #expect(expected == 500)
    }
  }

  @Test func `a caller without the certificate that is required is told that it lacks one`() async throws {
    let certificates = try TestCertificates()
    let said = try await refusal(
      server: certificates.serverSecurity(), channel: certificates.channelSecurity(showing: nil))
    #expect(said.contains("asks for a certificate and got none"), "\(said)")
  }

  @Test func `a server of an unknown authority is refused, and the authority named`() async throws {
    let certificates = try TestCertificates()
    let said = try await refusal(
      server: TestCertificates("Stranger CA").serverSecurity(clients: .none),
      channel: certificates.channelSecurity(showing: nil))
    #expect(said.contains("unknown authority") && said.contains("Stranger CA"), "\(said)")
  }

  @Test func `a server under a name that its certificate lacks is refused`() async throws {
    let certificates = try TestCertificates()
    var security = try certificates.channelSecurity(showing: certificates.client)
    security.serverName = "elsewhere.test"
    let said = try await refusal(server: certificates.serverSecurity(), channel: security)
    #expect(said.contains("for another host") && said.contains("localhost, 127.0.0.1"), "\(said)")
    security.serverName = "localhost"
    try await withServer(
      [echo], configure: { $0.security = try? certificates.serverSecurity() }, configureChannel: { $0.security = security }
    ) { test in
      let answer = try await call(test.channel)
      #expect(answer == "hello")
    }
  }

  @Test func `TLS and clear text do not meet, and say so`() async throws {
    let certificates = try TestCertificates()
    let toClear = try await refusal(server: nil, channel: certificates.channelSecurity(showing: nil))
    #expect(toClear.contains("does not speak TLS"), "\(toClear)")
    _ = try await refusal(server: certificates.serverSecurity(), channel: nil)
  }

  @Test func `a Unix socket is in clear text on both sides`() async throws {
    let certificates = try TestCertificates()
    let directory = try PEMDirectory()
    try await withServer(
      [echo, identify], on: .unix(path: "\(directory.path)/s"),
      configure: { $0.security = try? certificates.serverSecurity() },
      configureChannel: { $0.security = try? certificates.channelSecurity(showing: nil) }
    ) { test in
      let caller = try await call(test.channel, "Identify")
      #expect(caller == "nobody")
    }
  }

  @Test(arguments: [[UInt8](), [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]])
  func `who is slow with the handshake is put out after its time`(beginning: [UInt8]) async throws {
    let certificates = try TestCertificates()
    try await withServer(
      [echo],
      configure: {
        $0.security = try? certificates.serverSecurity()
        $0.security?.handshakeTimeout = .milliseconds(200)
      }, configureChannel: { $0.security = try? certificates.channelSecurity(showing: certificates.client) }
    ) { test in
      guard case .ip(_, let port) = test.address else { return }
      let slow = RawClient(port: port)
      slow.send(beginning)
      let started = ContinuousClock.now
      let answer = try await call(test.channel)
      #expect(answer == "hello")
      #expect(slow.readToEnd() != nil, "still open after five seconds")
      #expect(ContinuousClock.now - started < .seconds(4))
    }
  }

  @Test func `certificates are renewed without a restart, and open connections live on`() async throws {
    let directory = try PEMDirectory()
    let (old, new) = (try TestCertificates("Old CA"), try TestCertificates("New CA"))
    try directory.write(old)
    let source = try TLSContextSource.server(directory.files("server"), clients: .required, lookInterval: .zero)
    try await withServer(
      [echo], configure: { $0.security = ServerSecurity(source) },
      configureChannel: { $0.security = try? old.channelSecurity(showing: old.client) }
    ) { test in
      let first = try await call(test.channel)
      #expect(first == "hello")
      let loops = EventLoopGroup(count: 1)
      defer { loops.shutdown() }
      func callAnew(_ certificates: TestCertificates) async throws -> String {
        var configuration = RPCChannelConfiguration()
        configuration.security = try certificates.channelSecurity(showing: certificates.client)
        let channel = RPCChannel(to: test.address, configuration: configuration, loops: loops, logger: quiet)
        let answer: Result<String, any Error>
        do { answer = .success(try await call(channel)) } catch { answer = .failure(error) }
        await channel.close()
        return try answer.get()
      }
      // Half of a pair: what was before stays.
      try PrivateFile.write(new.server.certificateChain, to: "\(directory.path)/server.pem")
      let unchanged = try await callAnew(old)
      #expect(unchanged == "hello")
      try directory.write(new)
      let renewed = try await callAnew(new)
      #expect(renewed == "hello")
      let outdated = await failure { try await callAnew(old) }
      #expect(outdated?.code == .unavailable)
      let later = try await call(test.channel)
      #expect(later == "hello", "the open connection")
    }
  }
}
