import Cryptography
import Runtime

/// Where notices go, as the environment says.
///
/// - LODESTAR_NOTIFY_FILE: a file to append them to.
/// - LODESTAR_NOTIFY_WEBHOOK: a URL to post them to.
/// - LODESTAR_NOTIFY_WEBHOOK_AUTHORITY: a PEM file with who may have signed the webhook's certificate; by default whom the machine trusts.
/// - LODESTAR_NOTIFY_ATTEMPTS: how often each is tried, from 1 to 100; by default 20, which is about two hours.
///
/// Mail is not sent from here: what reads the file or answers the webhook may send it.
struct NotificationSettings: Sendable {
  var sinks: [any NotificationSink] = []
  var retrying = RetryRule()

  /// Nobody is told anything.
  init() {}

  /// Every problem is answered at once.
  init(variables: [String: String]) throws(ServiceEnvironmentError) {
    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    var problems: [String] = []
    if let path = value("LODESTAR_NOTIFY_FILE") {
      if path.hasPrefix("/") {
        sinks.append(FileSink(path: path))
      } else {
        problems.append("LODESTAR_NOTIFY_FILE has \"\(path)\"; right would be a whole path, like /var/lib/lodestar/notices.jsonl")
      }
    }
    if let url = value("LODESTAR_NOTIFY_WEBHOOK") {
      do throws(ServiceEnvironmentError) {
        sinks.append(try Self.webhook(url, authority: value("LODESTAR_NOTIFY_WEBHOOK_AUTHORITY")))
      } catch { problems += error.problems }
    }
    if let text = value("LODESTAR_NOTIFY_ATTEMPTS") {
      if let attempts = Int(text), (1...100).contains(attempts) {
        retrying.attempts = attempts
      } else {
        problems.append("LODESTAR_NOTIFY_ATTEMPTS has \"\(text)\"; right would be a whole number from 1 to 100")
      }
    }
    if !problems.isEmpty { throw ServiceEnvironmentError(problems: problems) }
  }

  private static func webhook(_ url: String, authority: String?) throws(ServiceEnvironmentError) -> WebhookSink {
    // The URL itself may be a secret.
    guard let address = HTTPAddress(url) else {
      throw ServiceEnvironmentError(
        "LODESTAR_NOTIFY_WEBHOOK has no URL that can be posted to; right would be https://hooks.example.com/lodestar")
    }
    do throws(TLSError) {
      return WebhookSink(
        address: address,
        trust: try TLSContext.client(trust: try authority.map(Self.authority) ?? .system, minimumVersion: .tls12, speaking: .http11)
      )
    } catch {
      throw ServiceEnvironmentError("LODESTAR_NOTIFY_WEBHOOK_AUTHORITY cannot be used: \(error)")
    }
  }

  private static func authority(_ path: String) throws(TLSError) -> TLSTrust { .authorities(try PrivateFile.read(path)) }

  var outbox: Outbox { Outbox(channels: sinks.map(\.channel)) }
}
