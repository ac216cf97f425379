import Logging
import Synchronization
import Testing

@testable import Runtime

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
