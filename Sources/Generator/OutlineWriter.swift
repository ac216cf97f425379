/// Writes the contract as sorted lines, each a promise to callers: a line that goes away is a breaking change, a new one is not.
struct OutlineWriter {
  let files: [ProtoFile]

  func text() -> String {
    var lines: [String] = []
    for file in files {
      for message in file.messages {
        lines.append("message \(message.fullName)")
        for field in message.fields {
          lines.append("field \(message.fullName) \(field.number) \(field.name) \(type(of: field, in: message))")
        }
      }
      for enumeration in file.enums {
        for value in enumeration.values { lines.append("value \(enumeration.fullName) \(value.number) \(value.name)") }
      }
      for service in file.services {
        for method in service.methods {
          let request = (method.streamsRequests ? "stream " : "") + method.input
          let response = (method.streamsResponses ? "stream " : "") + method.output
          lines.append("call \(service.fullName)/\(method.name) \(request) -> \(response)")
        }
      }
    }
    let header = "# Each line is a promise to callers; Protos/generate writes this file and refuses to take a line away.\n"
    let sorted = lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return header + sorted.map { $0 + "\n" }.joined()
  }

  private func type(of field: ProtoField, in message: ProtoMessage) -> String {
    let element =
      switch field.kind {
      case .message(let name), .enumeration(let name): name
      default: "\(field.kind)"
      }
    if field.cardinality == .repeated { return "repeated \(element)" }
    if let oneof = field.oneof { return "oneof \(message.oneofs[oneof].name) \(element)" }
    return element
  }
}
