import Foundation
import Runtime
import Synchronization
import TestSupport
import Testing
import Wire

@testable import SheetSyncServer

/// Answers requests as it was told to, and keeps them.
final class ScriptedSender: HTTPSender {
  private let answers: Mutex<[HTTPExchange]>
  private let sent = Mutex<[HTTPRequest]>([])

  init(_ answers: [HTTPExchange]) { self.answers = Mutex(answers) }

  var requests: [HTTPRequest] { sent.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws -> HTTPExchange {
    sent.withLock { $0.append(request) }
    return answers.withLock { $0.isEmpty ? .cut("the script is at its end") : $0.removeFirst() }
  }

  func close() async {}
}

@Suite struct ServiceAccountTests {
  /// A key file with the parts given; a part of nil is left out.
  private func keyFile(_ changes: [String: String?] = [:]) throws -> [UInt8] {
    var members: [String: String?] = [
      "type": "service_account", "client_email": "robot@x.iam", "private_key_id": "k1",
      "private_key": try String(decoding: TestKey.pem.get(), as: UTF8.self), "token_uri": "https://oauth2.googleapis.com/token",
    ]
    members.merge(changes) { $1 }
    let object = JSONObject(members.compactMap { name, value in value.map { (name, JSONValue.string($0)) } })
    return Array(JSONValue.object(object).text().utf8)
  }

  @Test func `an assertion says who, for what, to whom and until when`() throws {
    let account = try ServiceAccount(json: keyFile(), file: "key.json")
    let parts = try account.assertion(nowSeconds: 1_700_000_000).split(separator: ".").map(String.init)
    #expect(parts.count == 3)
    let header = try JSONValue(parsing: try #require(Base64.decode(parts[0])))
    #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
    let claims = try JSONValue(parsing: try #require(Base64.decode(parts[1])))
    #expect(
      claims == [
        "iss": "robot@x.iam", "scope": "https://www.googleapis.com/auth/spreadsheets",
        "aud": "https://oauth2.googleapis.com/token", "iat": 1_700_000_000, "exp": 1_700_003_600,
      ])
    #expect(Base64.decode(parts[2])?.count == 256)
    #expect(!parts[2].contains("=") && !parts[2].contains("+") && !parts[2].contains("/"))
  }

  static let flaws: [(String, String?, String)] = [
    ("type", "authorized_user", "type"), ("client_email", nil, "client_email"), ("private_key", "x", "private_key"),
    ("token_uri", "http://oauth2.googleapis.com/token", "token_uri"), ("token_uri", "http://127.0.0.1@evil.org/token", "token_uri"),
  ]

  @Test(arguments: flaws)
  func `a key file that cannot be used is refused by what is wrong, without its secret`(
    member: String, value: String?, word: String
  ) throws {
    let json = try keyFile([member: value])
    let secret = try String(decoding: TestKey.pem.get(), as: UTF8.self)
    #expect {
      _ = try ServiceAccount(json: json, file: "key.json")
    } throws: { error in
      let text = "\(error)"
      return text.contains("key.json") && text.contains(word) && !text.contains(secret.dropFirst(100).prefix(40))
    }
    #expect(throws: ServiceEnvironmentError.self) { try ServiceAccount(json: Array("[1]".utf8), file: "key.json") }
  }

  @Test(arguments: [
    ("https://sheets.googleapis.com", true), ("https://sheets.googleapis.com/", true), ("http://127.0.0.1:8080", true),
    ("http://[::1]:8080/x", true), ("http://localhost:1", true), ("http://sheets.googleapis.com", false), ("https://", false),
    ("http://127.0.0.1.evil.org", false), ("http://localhost@evil.org", false), ("ftp://x", false), ("https://a b", false),
    ("", false), ("http://127.0.0.1:port", false), ("http://[::1]x", false), ("http://[::1", false),
    ("https://user:pass@host", false), ("https://host:65536", false),
  ])
  func `secrets go over https only, or stay on this machine`(text: String, isGood: Bool) {
    #expect((ServiceAddress(text) != nil) == isGood)
  }

  @Test func `a token is fetched once, and again five minutes before its end`() async throws {
    let now = Mutex<Int64>(1_700_000_000_000_000)
    let sender = ScriptedSender([
      .status(200, #"{"access_token":"one","expires_in":3600,"token_type":"Bearer"}"#),
      .status(200, #"{"access_token":"two","expires_in":3600}"#), .status(400, #"{"error":"invalid_grant"}"#),
    ])
    let account = try ServiceAccount(json: keyFile(), file: "key.json")
    let tokens = AccessTokens(account: account, sender: sender, nowUs: { now.withLock { $0 } })
    func current() async throws -> String? {
      if case .token(let text) = try await tokens.current() { text } else { nil }
    }
    async let first = current()
    async let second = current()
    #expect(try await [first, second] == ["one", "one"])
    now.withLock { $0 += 3_299_000_000 }
    #expect(try await current() == "one")
    #expect(sender.requests.count == 1)
    now.withLock { $0 += 1_000_000 }
    #expect(try await current() == "two")
    await tokens.forget("one")
    #expect(try await current() == "two")
    await tokens.forget("two")
    #expect(try await current() == nil)
    let body = String(decoding: sender.requests[0].body, as: UTF8.self)
    #expect(body.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"))
  }

  @Test func `a clock that is wrong is told from a key that is gone`() {
    func error(_ body: String) -> WorkbookError { .googleToken(.status(400, body), title: "Plan", email: "robot@x.iam") }
    let clock = error(
      #"{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}"#
    )
    #expect(clock.kind == .credentials && clock.mend.contains("clock"))
    let key = error(#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#)
    #expect(key.kind == .credentials && key.mend.contains("LODESTAR_SYNC_GOOGLE_CREDENTIALS"))
    #expect(WorkbookError.googleToken(.cut("x"), title: "Plan", email: "e").kind == .unavailable)
  }

  @Test func `settings without credentials mean files only, wrong ones are named`() throws {
    #expect(try GoogleSettings(variables: ["LODESTAR_SYNC_GOOGLE_READS_PER_MINUTE": "x"]) == nil)
    let file = try Scratch.directory("google") + "/key.json"
    try Data(try keyFile()).write(to: URL(fileURLWithPath: file))
    let settings = try #require(
      try GoogleSettings(variables: ["LODESTAR_SYNC_GOOGLE_CREDENTIALS": file, "LODESTAR_SYNC_GOOGLE_WRITES_PER_MINUTE": "300"]))
    #expect(settings.account.email == "robot@x.iam")
    #expect(settings.address.text == "https://sheets.googleapis.com")
    #expect(settings.reads.perMinute == 60 && settings.writes.perMinute == 300)
    for (name, value) in [("READS_PER_MINUTE", "2"), ("ADDRESS", "http://example.org"), ("CREDENTIALS", file + "x")] {
      #expect {
        _ = try GoogleSettings(
          variables: ["LODESTAR_SYNC_GOOGLE_CREDENTIALS": file].merging(["LODESTAR_SYNC_GOOGLE_\(name)": value]) { $1 })
      } throws: { "\($0)".contains("LODESTAR_SYNC_GOOGLE_\(name)") }
    }
  }
}

/// An RSA key in PEM, made anew for each run of the tests by OpenSSL's command line.
enum TestKey {
  static let pem = Result<[UInt8], any Error> {
    guard let openssl = Program.find("openssl") else { throw MissingProgram(name: "openssl", mend: "apt-get install openssl") }
    // Its progress goes to standard error.
    let outcome = try Program.run(openssl, ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    guard outcome.status == 0 else {
      throw MissingProgram(name: "openssl: \(outcome.transcript)", mend: "apt-get install openssl")
    }
    return Array(outcome.output.utf8)
  }
}
