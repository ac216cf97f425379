import Messages
import SeededNumbers
import Testing

@testable import Wire

struct HostileBytesTests {
  private func error<Message: WireMessage>(reading type: Message.Type, _ bytes: [UInt8], limits: WireLimits = .standard)
    -> WireError?
  {
    do throws(WireError) {
      _ = try Message(wireBytes: bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func `text that is not UTF-8 is refused with the field's name`() {
    // Kpi inside SaveMetricsConfigRequest: field 3 of row 1.
    for text: [UInt8] in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
      let row = [0x1A, UInt8(text.count)] + text
      let error = error(reading: SaveMetricsConfigRequest.self, [0x0A, UInt8(row.count)] + row)
      #expect(error == WireError(.invalidUTF8, message: "lodestar.metrics.v1.KpiRow", field: "kpi_name"))
      #expect(error?.name == "lodestar.metrics.v1.KpiRow.kpi_name")
    }
  }

  @Test func `U+0000 in a text is refused with the field's name, wherever it stands`() {
    for text: [UInt8] in [[0], [0, 0x61], [0x61, 0], [0x61, 0, 0x62]] {
      let error = error(reading: Kpi.self, [0x12, UInt8(text.count)] + text)
      #expect(error == WireError(.embeddedNUL, message: "lodestar.metrics.v1.Kpi", field: "kpi_name"))
    }
    #expect(error(reading: RunActionRequest.self, [0x2A, 1, 0x61, 0x2A, 1, 0])?.name == "lodestar.sync.v1.RunActionRequest.keys")
  }

  @Test func `U+0000 in a text is refused before it is sent`() throws {
    let request = SaveMetricsConfigRequest(rows: [KpiRow(), KpiRow(unit: "a\0b")])
    #expect(throws: WireError(.embeddedNUL, message: "lodestar.metrics.v1.KpiRow", field: "unit")) { try request.wireBytes() }
    #expect(throws: WireError.self) { try RunActionRequest(keys: ["", "\0"]).wireBytes() }
  }

  @Test func `an unknown number of an enumeration is refused with the field's name`() {
    let unknown = WireError(.unknownEnumNumber(9), message: "lodestar.metrics.v1.Kpi", field: "kpi_level")
    #expect(error(reading: Kpi.self, [0x18, 9]) == unknown)
    #expect(error(reading: Lists.self, [0x82, 0x01, 2, 1, 3])?.reason == .unknownEnumNumber(3))
    #expect(error(reading: Choices.self, [0x30, 5])?.name == "lodestar.testing.v1.Choices.color")
    #expect(error(reading: Kpi.self, [0x18, 2]) == nil)
  }

  @Test func `bytes that end early or make no sense are malformed`() {
    for bytes: [UInt8] in [
      [0x0A], [0x0A, 5, 0x61], [0x18], [0x80], [0x0B], [0x00, 0x00], [0x18] + [UInt8](repeating: 0xFF, count: 11),
    ] {
      #expect(error(reading: Kpi.self, bytes) == WireError(.malformed, message: "lodestar.metrics.v1.Kpi"))
    }
  }

  @Test func `four megabytes of empty messages stop at the budget`() {
    var bomb: [UInt8] = []
    for _ in 0..<2 << 20 { bomb += [0x0A, 0] }
    #expect(bomb.count == 4 << 20)
    let limits = WireLimits.standard
    #expect(error(reading: SaveMetricsConfigRequest.self, bomb)?.reason == .overBudget(bytes: limits.maximumArenaBytes))
    // The same in the small: what a message may take follows its size.
    let small = Array(bomb.prefix(40_000))
    #expect(error(reading: SaveMetricsConfigRequest.self, small)?.reason == .overBudget(bytes: 40_000 * 24 + 65_536))
  }

  @Test func `a large honest message stays far below the budget`() throws {
    let row = RowMessage(rowNumber: 7, key: "INIT-000017", column: "kpi_key", severity: .error, code: "unknown_kpi", message: "no")
    let response = SaveRowsResponse(messages: Array(repeating: row, count: 50_000))
    let bytes = try response.wireBytes()
    #expect(try SaveRowsResponse(wireBytes: bytes, limits: WireLimits(arenaBytesPerWireByte: 12)) == response)
    let keys = ListInitiativesRequest(initiativeKeys: (0..<100_000).map { "INIT-\(100_000 + $0)" })
    #expect(try ListInitiativesRequest(wireBytes: keys.wireBytes(), limits: WireLimits(arenaBytesPerWireByte: 12)) == keys)
  }

  @Test func `every budget from nothing upwards ends in an error or in the whole message`() throws {
    let shape = ContractShape(KindsFiles.all + ContractFiles.all)
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      let bytes = FilledMessages(shape: shape).bytes(of: type.protoName)
      let message = try Message(wireBytes: bytes)
      var refused = 0
      for budget in stride(from: 0, through: 12_000, by: 8) {
        let limits = WireLimits(maximumArenaBytes: budget)
        if let error = error(reading: type, bytes, limits: limits) {
          #expect(error.reason == .overBudget(bytes: budget))
          refused += 1
        } else {
          #expect(try Message(wireBytes: bytes, limits: limits) == message)
        }
      }
      #expect(refused > 0 && refused < 1501)
    }
    try check(Lists.self)
    try check(Choices.self)
    try check(PortfolioProblem.self)
  }

  /// Random harm to honest messages: whatever comes, it is an error or a message that can be written and read again.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `harmed bytes never do worse than an error`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shape = ContractShape(ContractFiles.all + KindsFiles.all)
    let types = ContractFiles.messages + KindsFiles.messages
    func check<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) throws {
      guard let message = try? Message(wireBytes: bytes) else { return }
      let again = try message.wireBytes()
      #expect(try Message(wireBytes: again).wireBytes() == again, "seed \(seed), \(type.protoName), \(bytes)")
      #expect(throws: Never.self, "seed \(seed), \(type.protoName), \(bytes)") { try Message(jsonValue: message.jsonValue) }
    }
    for _ in 0..<4_000 {
      let type = types.randomElement(using: &random)!
      var bytes = FilledMessages(shape: shape, choice: Int.random(in: 0..<7, using: &random)).bytes(of: type.protoName)
      for _ in 0..<Int.random(in: 1...6, using: &random) { random.harm(&bytes) }
      try check(type, bytes)
    }
  }

  @Test(arguments: [11, 12] as [UInt64]) func `every cut of a message is an error or a shorter message`(seed: UInt64) {
    let bytes = FilledMessages(shape: ContractShape(ContractFiles.all)).bytes(of: "lodestar.constraints.v1.CompiledConstraintSet")
    for length in 0..<bytes.count { _ = error(reading: CompiledConstraintSet.self, Array(bytes[..<length])) }
    #expect(error(reading: CompiledConstraintSet.self, bytes) == nil)
  }
}
