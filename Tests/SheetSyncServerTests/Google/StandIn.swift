import Foundation
import TestSupport
import Testing
import Wire

@testable import SheetSyncServer

/// The stand-in for Google that `Tests/SheetsStandIn` is, as a process of its own.
struct StandIn {
  let base: String
  /// The JSON key of a service account that it knows.
  let key: [UInt8]
  /// For whoever steers it; connections that it cuts are the clients'.
  private let steering = LazyHTTPSender()
  private let sender = LazyHTTPSender()

  /// A spreadsheet of another person's, shared with those named, null being everybody; answers its address.
  func makeSpreadsheet(
    _ title: String, _ sheets: [JSONValue], readers: JSONValue = nil, writers: JSONValue = nil
  ) async throws -> SpreadsheetAddress {
    let made = try await control(
      "spreadsheets", ["title": .string(title), "sheets": .array(sheets), "readers": readers, "writers": writers])
    guard let id = made["spreadsheetId"]?.stringValue, let address = SpreadsheetAddress(SpreadsheetAddress.beginning + id) else {
      throw Refused(description: made.text())
    }
    return address
  }

  /// What goes wrong with the next calls.
  func fail(_ faults: JSONValue...) async throws { _ = try await control("faults", .array(faults)) }

  /// How often each method was called so far, and what broke Google's rules.
  func calls() async throws -> (counts: [String: Int], violations: [JSONValue]) {
    let report = try await control("calls", nil)
    let counts = (report["counts"]?.objectValue?.members ?? []).map { ($0.name, Int($0.value.int64Value ?? 0)) }
    return (Dictionary(uniqueKeysWithValues: counts), report["violations"]?.arrayValue ?? [])
  }

  /// The values of a range as another person sees them.
  func values(_ range: String, of address: SpreadsheetAddress, rendered option: String = "UNFORMATTED_VALUE") async throws
    -> [[JSONValue]]
  {
    let query = "range=\(PercentEncoded.query(range))&valueRenderOption=\(option)"
    let answer = try await control("spreadsheets/\(address.id)/values?\(query)", nil)
    return (answer["values"]?.arrayValue ?? []).map { $0.arrayValue ?? [] }
  }

  func edit(_ address: SpreadsheetAddress, _ requests: JSONValue...) async throws {
    _ = try await control("spreadsheets/\(address.id)/edit", ["requests": .array(requests)])
  }

  @discardableResult
  func control(_ path: String, _ body: JSONValue?) async throws -> JSONValue {
    let exchange = try await steering.send(
      HTTPRequest(
        method: body == nil ? .get : .post, url: "\(base)/control/\(path)", body: body.map { Array($0.text().utf8) } ?? [],
        mostBytes: 64 << 20))
    guard case .answer(let answer) = exchange, answer.status == 200 else { throw Refused(description: "\(path): \(exchange)") }
    return try JSONValue(parsing: answer.body)
  }

  struct Refused: Error { let description: String }

  /// Runs the body with a stand-in of its own, and holds every call to Google's discovery document.
  static func with<Result>(_ body: (StandIn) async throws -> Result) async throws -> Result {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with Tests/requirements.txt", mend: "make tools") }
    let keyFile = try Scratch.directory("standin") + "/key.json"
    let process = Process()
    process.executableURL = python
    process.arguments = [
      Program.repository.appendingPathComponent("Tests/SheetsStandIn/serve.py").path, "--key", keyFile, "--lifeline",
    ]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    defer {
      // Not by SIGTERM: a child of a dispatch thread has it blocked.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      withExtendedLifetime(input) {}
    }
    let port = try await firstLine(of: output)
    let standIn = StandIn(base: "http://127.0.0.1:\(port)", key: Array(try Data(contentsOf: URL(fileURLWithPath: keyFile))))
    do {
      let result = try await body(standIn)
      #expect(try await standIn.calls().violations == [])
      await standIn.close()
      return result
    } catch {
      await standIn.close()
      throw error
    }
  }

  private func close() async {
    await sender.close()
    await steering.close()
  }

  private static func firstLine(of pipe: Pipe) async throws -> String {
    let handle = pipe.fileHandleForReading
    return try await blocking {
      var line: [UInt8] = []
      while let byte = try? handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
      return String(decoding: line, as: UTF8.self)
    }
  }

  /// A client of this stand-in. Pauses are short, so that tests are.
  func client(_ store: ActionStore) throws -> SheetsClient {
    let account = try ServiceAccount(json: key, file: "key.json")
    guard let address = ServiceAddress(base) else { throw Refused(description: base) }
    var policy = RetryPolicy()
    policy.firstPause = .milliseconds(5)
    policy.longestPause = .milliseconds(40)
    return SheetsClient(
      base: address, tokens: AccessTokens(account: account, sender: sender, nowUs: TimeSource.system.nowUs), sender: sender,
      quota: QuotaBucket(
        database: store.database, account: account.email, reads: QuotaTerms(perMinute: 6_000), writes: QuotaTerms(perMinute: 6_000),
        logger: .silent),
      policy: policy, logger: .silent)
  }
}

/// Runs the body with an instance whose Google is a stand-in.
func withSyncOnGoogle<Result: Sendable>(_ body: (StandIn, SyncUnderTest) async throws -> Result) async throws -> Result {
  try await withSync { sync in
    try await StandIn.with { standIn in
      var sync = sync
      let google = GoogleWorkbooks(client: try standIn.client(sync.store))
      sync.context.workbooks = WorkbookRouting(files: WorkbookFiles(), google: google)
      return try await body(standIn, sync)
    }
  }
}
