import Runtime
import Testing

@testable import MetricGovernanceServer

@Suite struct NotificationRuleTests {
  @Test func `pauses double up to the longest, with chance between half and whole`() {
    let rule = RetryRule(attempts: 6, firstPause: .seconds(1), longestPause: .seconds(5))
    #expect(
      (1...6).map { rule.pause(afterAttempt: $0, asked: nil, chance: 1) } == [
        .seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5), nil,
      ])
    #expect(rule.pause(afterAttempt: 3, asked: nil, chance: 0) == .seconds(2))
    #expect(rule.pause(afterAttempt: 3, asked: .seconds(60), chance: 0) == .seconds(60))
    #expect(rule.pause(afterAttempt: 6, asked: .seconds(60), chance: 0) == nil)
  }

  @Test(arguments: [
    ("http://example.com", "example.com", 80, "/", "example.com"),
    ("https://Hooks.example.com:8443/a/b?c=d", "Hooks.example.com", 8443, "/a/b?c=d", "Hooks.example.com:8443"),
    ("https://[::1]/x", "::1", 443, "/x", "[::1]"), ("HTTP://127.0.0.1:80?x", "127.0.0.1", 80, "/?x", "127.0.0.1"),
    ("http://[::1]:8080", "::1", 8080, "/", "[::1]:8080"),
  ])
  func `a webhook's URL is taken apart`(url: String, host: String, port: Int, target: String, authority: String) throws {
    let address = try #require(HTTPAddress(url))
    #expect(address.host == host && address.port == port && address.target == target && address.authority == authority)
  }

  @Test(arguments: [
    "", "example.com", "ftp://example.com/", "http://", "http:///x", "http://user@example.com/", "http://example.com/#x",
    "http://example.com:0/", "http://example.com:99999/", "http://exa mple.com/", "http://example.com/\r\nX: y",
    "http://é.example/",
  ])
  func `what no webhook's URL is, is refused`(url: String) {
    #expect(HTTPAddress(url) == nil)
  }

  @Test(arguments: [
    ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0), ("99999999", 86_400),
  ])
  func `Retry-After is seconds or a date`(text: String, seconds: Int64) {
    #expect(WebhookSink.pause(text, nowSeconds: 784_111_740) == .seconds(seconds))
  }

  @Test(arguments: ["", "soon", "-5", "Sun, 06 Foo 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"])
  func `a Retry-After that says nothing is nothing`(text: String) {
    #expect(WebhookSink.pause(text, nowSeconds: 0) == nil)
  }

  @Test func `an answer is read as soon as its head is there`() throws {
    let bytes = Array("HTTP/1.1 200 OK\r\nRetry-After: 5\r\n\r\nbody".utf8)
    for count in 0..<35 { #expect(try HTTPAnswer(Array(bytes[..<count])) == nil, "\(count)") }
    let answer = try #require(try HTTPAnswer(bytes))
    #expect(answer.status == 200 && answer.reason == "OK" && answer.retryAfter == "5")
    #expect(throws: HTTPFailure.self) { try HTTPAnswer(Array("SSH-2.0-OpenSSH\r\n\r\n".utf8)) }
    #expect(throws: HTTPFailure.self) { try HTTPAnswer([UInt8](repeating: 65, count: 70_000)) }
  }

  @Test func `settings name every problem and what would be right`() throws {
    let settings = try NotificationSettings(variables: [
      "LODESTAR_NOTIFY_FILE": "/var/lib/notices", "LODESTAR_NOTIFY_WEBHOOK": "http://127.0.0.1:9/", "LODESTAR_NOTIFY_ATTEMPTS": "3",
    ])
    #expect(settings.sinks.map(\.channel) == [.file, .webhook] && settings.retrying.attempts == 3)
    #expect(try NotificationSettings(variables: [:]).sinks.isEmpty)
    let error = #expect(throws: ServiceEnvironmentError.self) {
      try NotificationSettings(variables: [
        "LODESTAR_NOTIFY_FILE": "notices", "LODESTAR_NOTIFY_WEBHOOK": "x", "LODESTAR_NOTIFY_ATTEMPTS": "0",
      ])
    }
    #expect(error?.problems.count == 3)
  }
}
