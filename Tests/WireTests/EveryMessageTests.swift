import Messages
import RPC
import Testing
import Wire

/// Every message of every module, in the tests' own encoding.
private let files = ContractFiles.all + StandardFiles.all + KindsFiles.all
private let messages = ContractFiles.messages + StandardFiles.messages + KindsFiles.messages
private let shape = ContractShape(files)

/// What each message is filled with: small numbers or extreme ones, and each choice of the oneofs.
private let fillings = (0..<7).flatMap { choice in
  [false, true].map { FilledMessages(shape: shape, choice: choice, isExtreme: $0) }
}

struct EveryMessageTests {
  @Test func `the descriptors and the Swift types name the same messages`() {
    #expect(Set(messages.map { $0.protoName }) == Set(shape.messages.keys))
    #expect(messages.count > 80)
  }

  @Test func `a message with every field set is read and written to the byte`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      for filling in fillings {
        let bytes = filling.bytes(of: type.protoName)
        let message = try Message(wireBytes: bytes)
        #expect(try message.wireBytes() == bytes, "\(type.protoName)")
        #expect(bytes.isEmpty || message != Message(), "\(type.protoName)")
      }
    }
    for type in messages { try check(type) }
  }

  @Test func `a message with every field set survives JSON`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      for filling in fillings {
        let message = try Message(wireBytes: filling.bytes(of: type.protoName))
        let json = message.jsonValue
        let text = json.text(pretty: filling.isExtreme)
        #expect(try JSONValue(parsing: text) == json)
        #expect(try Message(jsonValue: JSONValue(parsing: text)) == message, "\(type.protoName)")
        #expect(try JSONValue(parsing: json.canonicalText).canonicalText == json.canonicalText)
        for field in shape.messages[type.protoName]! where field.oneof == nil {
          #expect(json[camel(field.name)] != nil, "\(type.protoName).\(field.name)")
        }
      }
    }
    for type in messages { try check(type) }
  }

  @Test func `every field goes by its original name as well, but not by both`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      let message = try Message(wireBytes: fillings[0].bytes(of: type.protoName))
      for field in shape.messages[type.protoName]! where camel(field.name) != field.name {
        guard let value = message.jsonValue[camel(field.name)] else { continue }
        let one = try Message(jsonValue: .object([field.name: value]))
        #expect(try one == Message(jsonValue: .object([camel(field.name): value])))
        #expect(throws: JSONMappingError.self) { try Message(jsonValue: .object([field.name: value, camel(field.name): value])) }
      }
    }
    for type in messages { try check(type) }
  }

  @Test func `every field at its default is written when asked for, and reads as nothing`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      #expect(Message().jsonValue == .object([:]))
      let json = Message().jsonValue(includingDefaults: true)
      #expect(try Message(jsonValue: json) == Message())
      for field in shape.messages[type.protoName]! {
        let isAbsent = field.oneof != nil || field.type == 11 && !field.isRepeated
        #expect((json[camel(field.name)] == nil) == isAbsent, "\(type.protoName).\(field.name)")
      }
    }
    for type in messages { try check(type) }
  }

  @Test func `null in JSON leaves every field at its default`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      let nulls = JSONObject(shape.messages[type.protoName]!.map { ($0.name, .null) })
      #expect(try Message(jsonValue: .object(nulls)) == Message())
    }
    for type in messages { try check(type) }
  }

  @Test func `fields of a later version are passed over`() throws {
    func check<Message: WireMessage>(_ type: Message.Type) throws {
      let bytes = fillings[0].bytes(of: type.protoName)
      let later = varint(5000 << 3 | 2) + [3, 1, 2, 3] + varint(5001 << 3) + [7]
      #expect(try Message(wireBytes: later + bytes) == Message(wireBytes: bytes))
    }
    for type in messages { try check(type) }
  }

  private func camel(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }
}
