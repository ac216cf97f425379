import Messages
import RPC
import Wire

/// Bytes into messages of every type.
enum MessageTargets {
  /// The first byte chooses the type. What is read can be written and read again; error details never fail as a whole.
  static func messages(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let body = Array(bytes.dropFirst())
    _ = ErrorDetails.decode(body)
    let types = ContractFiles.messages
    let type = types[Int(first) % types.count]
    check(type, body)
  }

  private static func check<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) {
    guard let message = try? Message(wireBytes: bytes) else { return }
    guard let again = try? message.wireBytes(), let same = try? Message(wireBytes: again), (try? same.wireBytes()) == again else {
      fatalError("\(type.protoName) does not survive its own bytes")
    }
  }
}
