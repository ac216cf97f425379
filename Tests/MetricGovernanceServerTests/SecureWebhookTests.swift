import Cryptography
import Glibc
import LocalSystem
import Runtime
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// Webhooks behind TLS, held against Python's: it names no protocol while it shakes hands, as many servers do not.
@Suite(.timeLimit(.minutes(2))) struct SecureWebhookTests {
  private static let server = """
    import http.server, ssl, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            print("posted", self.headers["Idempotency-Key"], body.decode(), flush=True)
            self.send_response(204)
            self.end_headers()
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("port", server.server_port, flush=True)
    server.serve_forever()
    """

  @Test func `a webhook is posted to over TLS, to whom the authority vouches for and to nobody else`() async throws {
    let folder = try Scratch.directory("webhook")
    let certificates = PrivateCertificates(directory: folder)
    try certificates.prepare([.init(name: "hook", isServer: true)])
    let files = certificates.files(of: "hook")
    let (certificate, key, authority) = (try #require(files.certificate), try #require(files.key), try #require(files.authority))
    let receiver = try RunningService("/usr/bin/python3", arguments: ["-c", Self.server, certificate, key])
    defer { receiver.kill() }
    let port = try await Self.word(after: "port", in: receiver)
    let url = "https://127.0.0.1:\(port)/hook"
    let notification = OutgoingNotification(key: "abc", payload: "{\"n\":1}", attempts: 0, mayHaveBeenSent: false)

    let trusting = try NotificationSettings(variables: [
      "LODESTAR_NOTIFY_WEBHOOK": url, "LODESTAR_NOTIFY_WEBHOOK_AUTHORITY": authority,
    ])
    #expect(await trusting.sinks[0].send(notification) == .delivered)
    #expect(try await Self.word(after: "posted", in: receiver) == "abc")
    #expect(receiver.logTail.contains("{\"n\":1}"))

    let strange = try NotificationSettings(variables: ["LODESTAR_NOTIFY_WEBHOOK": url])
    guard case .failed(let reason, nil) = await strange.sinks[0].send(notification) else {
      Issue.record("a receiver was trusted that nobody vouches for")
      return
    }
    #expect(reason.hasPrefix("https://127.0.0.1:\(port) the TLS handshake failed"), "\(reason)")
  }

  @Test func `an authority's file that cannot be used is told at the start`() throws {
    let error = #expect(throws: ServiceEnvironmentError.self) {
      try NotificationSettings(variables: [
        "LODESTAR_NOTIFY_WEBHOOK": "https://127.0.0.1/", "LODESTAR_NOTIFY_WEBHOOK_AUTHORITY": "/nowhere/authority.pem",
      ])
    }
    #expect(error?.problems.first?.contains("/nowhere/authority.pem") == true, "\(String(describing: error))")
  }

  /// The word that the program printed behind the one given; waits for its line.
  private static func word(after name: String, in program: RunningService) async throws -> String {
    try await blocking {
      while program.process.isRunning {
        for line in try (Files.read(program.logFile) ?? "").split(separator: "\n") {
          let words = line.split(separator: " ")
          if words.count > 1, words[0] == name { return String(words[1]) }
        }
        usleep(10_000)
      }
      throw ReceiverEnded(log: program.logTail)
    }
  }

  private struct ReceiverEnded: Error { var log: String }
}
