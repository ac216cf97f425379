import Logging
import Synchronization
import Testing

@testable import Runtime

@Suite struct SHA256Tests {
  /// The vectors of FIPS 180-4's examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `known texts have their known digests`(text: String, digest: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == digest)
  }
}

@Suite struct JSONLineLogTests {
  final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  @Test func `an event is one line of JSON, whatever is in it`() {
    let lines = Lines()
    var logger = Logger(label: "lodestar-metrics") { label in
      JSONLineLogHandler(label: label, level: .info) { line in lines.all.withLock { $0.append(line) } }
    }
    logger[metadataKey: "instance"] = "a\"b"
    logger.info("saved\n2 rows\u{1}", metadata: ["rows": "2"])
    logger.debug("too low to be written")
    let written = lines.all.withLock { $0 }
    #expect(written.count == 1)
    let line = written.first ?? ""
    #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
    #expect(line.contains(#""level":"info","service":"lodestar-metrics","message":"saved\n2 rows\u0001","#))
    #expect(line.contains(#""instance":"a\"b","rows":"2"}"#))
  }

  @Test func `a moment is written in UTC with microseconds`() {
    #expect(JSONLineLogHandler.timestamp(0) == "1970-01-01T00:00:00.000000Z")
    #expect(JSONLineLogHandler.timestamp(1_767_614_462_000_789) == "2026-01-05T12:01:02.000789Z")
  }
}

@Suite struct InstanceNameTests {
  @Test func `an instance is named by service, host and process`() {
    let name = InstanceName.current(of: "lodestar-optimizer")
    #expect(name.hasPrefix("lodestar-optimizer@"))
    #expect(name.split(separator: ".").last.flatMap { Int($0) } != nil)
  }
}
