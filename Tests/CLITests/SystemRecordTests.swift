import LocalSystem
import Reactor
import Testing
import Wire

@testable import lodestar

@Suite struct SystemRecordTests {
  private let record = SystemRecord(services: [
    .init(kind: .sync, address: .unix(path: "/run/a b.sock"), process: ProcessIdentity(id: 7, startTicks: .max)),
    .init(kind: .metrics, address: .ip(host: "127.0.0.1", port: 5001), process: ProcessIdentity(id: 8, startTicks: 9)),
  ])

  @Test func `what is written is read again`() throws {
    #expect(try SystemRecord(JSONValue(parsing: record.json.text(pretty: true))) == record)
  }

  @Test(arguments: SystemTransport.allCases) func `how the services speak is kept`(transport: SystemTransport) throws {
    let record = SystemRecord(services: record.services, transport: transport)
    #expect(try SystemRecord(JSONValue(parsing: record.json.text(pretty: true)))?.transport == transport)
  }

  @Test func `a record of a time before TLS is one of clear text`() throws {
    #expect(try SystemRecord(JSONValue(parsing: #"{"services":[]}"#))?.transport == .cleartext)
  }

  @Test(arguments: [
    "[]", "{}", #"{"services":[],"transport":"pigeon"}"#, #"{"services":[{"name":"lodestar-sync"}]}"#,
    #"{"services":[{"name":"lodestar-sink","address":"127.0.0.1:1","pid":1,"startTicks":"1"}]}"#,
    #"{"services":[{"name":"lodestar-sync","address":"nowhere","pid":1,"startTicks":"1"}]}"#,
  ])
  func `what is no record is none`(text: String) throws {
    #expect(try SystemRecord(JSONValue(parsing: text)) == nil)
  }
}
