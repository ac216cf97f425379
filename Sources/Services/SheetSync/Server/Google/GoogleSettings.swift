import Cryptography
import Runtime
import Wire

/// How to reach Google, from the environment.
struct GoogleSettings: Sendable {
  static let usualAddress = "https://sheets.googleapis.com"
  /// What Google gives one account unless it was asked for more.
  static let usualPerMinute = 60

  var account: ServiceAccount
  var address: ServiceAddress
  var reads: QuotaTerms
  var writes: QuotaTerms

  /// nil without LODESTAR_SYNC_GOOGLE_CREDENTIALS: then only files are worked with. Throws what is wrong and what would be right.
  init?(variables: [String: String]) throws(ServiceEnvironmentError) {
    func text(_ name: String) -> String? { variables["LODESTAR_SYNC_GOOGLE_\(name)"].flatMap { $0.isEmpty ? nil : $0 } }
    func perMinute(_ name: String) throws(ServiceEnvironmentError) -> QuotaTerms {
      guard let text = text(name) else { return QuotaTerms(perMinute: Self.usualPerMinute) }
      guard let number = Int(text), QuotaTerms.perMinuteRange.contains(number) else {
        throw ServiceEnvironmentError(
          "LODESTAR_SYNC_GOOGLE_\(name) has \"\(text)\"; right would be a whole number from \(QuotaTerms.perMinuteRange.lowerBound)"
            + " to \(QuotaTerms.perMinuteRange.upperBound)")
      }
      return QuotaTerms(perMinute: number)
    }
    guard let file = text("CREDENTIALS") else { return nil }
    guard let address = ServiceAddress(text("ADDRESS") ?? Self.usualAddress) else {
      throw ServiceEnvironmentError(
        "LODESTAR_SYNC_GOOGLE_ADDRESS has \"\(text("ADDRESS") ?? "")\"; right would be an https address such as \(Self.usualAddress)"
      )
    }
    self.address = address
    reads = try perMinute("READS_PER_MINUTE")
    writes = try perMinute("WRITES_PER_MINUTE")
    let json: [UInt8]
    do throws(TLSError) { json = try PrivateFile.read(file) } catch {
      throw ServiceEnvironmentError("LODESTAR_SYNC_GOOGLE_CREDENTIALS: \(error)")
    }
    account = try ServiceAccount(json: json, file: file)
  }
}
