@testable import HTTP2
@testable import RPC

/// What a call's fields and bytes are read with.
enum CallTargets {
  /// A body comes apart into the same messages, or the same error, in whatever pieces it arrives; and no message is larger than allowed.
  static func framing(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let encoding = first & 1 == 0 ? MessageEncoding.identity : .gzip
    let whole = deframed(bytes.dropFirst(), encoding, piece: max(bytes.count, 1))
    let pieces = deframed(bytes.dropFirst(), encoding, piece: Int(first >> 1) + 1)
    precondition(whole.messages == pieces.messages && whole.error?.code == pieces.error?.code, "pieces matter")
  }

  private static let limit = 64 << 10

  private static func deframed(
    _ body: ArraySlice<UInt8>, _ encoding: MessageEncoding, piece: Int
  ) -> (messages: [[UInt8]], error: RPCError?) {
    var deframer = MessageDeframer(maximumMessageBytes: limit, encoding: encoding)
    var messages: [[UInt8]] = []
    var rest = body
    do throws(RPCError) {
      while !rest.isEmpty {
        let next = Array(rest.prefix(piece))
        unsafe try next.span.bytes.withUnsafeBytes { (bytes) throws(RPCError) in
          unsafe try deframer.receive(bytes) { message, _ in
            precondition(message.count <= limit, "a message over the limit")
            messages.append(message)
          }
        }
        rest = rest.dropFirst(piece)
      }
      return (messages, nil)
    } catch { return (messages, error) }
  }

  /// Lines of "name: value" as header fields: a head is judged, and its metadata survives being sent on.
  static func metadata(_ bytes: [UInt8]) {
    var fields = IncomingFields()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let colon = line.dropFirst().firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
      let value = colon < line.endIndex ? line[(colon + 1)...] : []
      unsafe line[..<colon].withUnsafeBufferPointer { name in
        unsafe value.withUnsafeBufferPointer { unsafe fields.append(name: name, value: $0) }
      }
    }
    let head = try? IncomingHead(fields, methods: MethodTable([]))
    if var metadata = head?.metadata {
      // Handlers may see how often a call was tried; sending is the channel's.
      metadata.remove("grpc-previous-rpc-attempts")
      check(metadata)
    }
    if let metadata = Metadata(HeaderBlock(fields)) { check(metadata) }
  }

  private static func check(_ metadata: Metadata) {
    var sent = HeaderBlock()
    metadata.append(to: &sent)
    precondition(Metadata(sent) == metadata, "metadata does not survive being sent: \(metadata)")
  }

  /// A timeout that is read is written as one that is not shorter, and by no more than its unit.
  static func timeout(_ bytes: [UInt8]) {
    guard let read = GRPCTimeout.parse(bytes) else { return }
    let text = GRPCTimeout.text(read)
    guard let again = GRPCTimeout.parse(text.utf8) else { fatalError("\(text) is no timeout") }
    precondition(again >= read && (text.utf8.count <= 9), "\(read) became \(text)")
  }

  /// A status message survives the wire; whatever comes over the wire is read as something.
  static func percent(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let encoded = PercentEncoding.encode(text)
    precondition(encoded.allSatisfy { (0x20...0x7e).contains($0) }, "not for the wire: \(encoded)")
    precondition(PercentEncoding.decode(encoded) == text, "\(text) does not survive")
    _ = PercentEncoding.decode(bytes)
  }
}
