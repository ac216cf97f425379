import Messages
import Wire

extension Console {
  /// The answer as protobuf's JSON, for programs.
  func show(json message: some WireMessage) {
    show(json: message.jsonValue)
  }

  func show(json value: JSONValue) {
    show(value.text(pretty: true))
  }
}
