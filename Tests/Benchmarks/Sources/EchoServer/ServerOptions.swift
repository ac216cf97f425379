import Glibc

/// How the server under measurement is started.
struct ServerOptions {
  static let usage = "usage: echo-server [--port N] [--streams N] [--interceptors] [--tls-certificate PEM --tls-key PEM]"

  /// 0 asks for a free one.
  var port = 0
  /// How many calls one connection may have open.
  var maximumStreams = 1000
  /// Whether logging, metrics, identity and tracing look at every call.
  var hasInterceptors = false
  /// PEM files; with both of them TLS is spoken.
  var tlsCertificate: String?
  var tlsKey: String?

  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  init(arguments: some Sequence<String>) throws(Refusal) {
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      switch name {
      case "--port": port = try Self.number(for: name, &rest)
      case "--streams": maximumStreams = try Self.number(for: name, &rest)
      case "--interceptors": hasInterceptors = true
      case "--tls-certificate": tlsCertificate = rest.popFirst()
      case "--tls-key": tlsKey = rest.popFirst()
      default: throw Refusal(description: "\(name) is no option of echo-server.")
      }
    }
  }

  private static func number(for name: String, _ rest: inout ArraySlice<String>) throws(Refusal) -> Int {
    guard let text = rest.popFirst(), let number = Int(text), number >= 0 else {
      throw Refusal(description: "\(name) needs a number.")
    }
    return number
  }
}
