import Cryptography
import Runtime
import Wire

/// A Google service account, as its JSON key file describes it.
struct ServiceAccount: Sendable {
  /// What a token of ours may be used for: reading and writing spreadsheets.
  static let scope = "https://www.googleapis.com/auth/spreadsheets"
  static let grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
  /// The longest that Google lets an assertion be good for.
  static let assertionSeconds: Int64 = 3600

  /// The account's e-mail address: spreadsheets are shared with it.
  let email: String
  /// Where an assertion is exchanged for a token.
  let tokenAddress: ServiceAddress
  private let keyID: String
  private let key: RSASigningKey

  /// Reads the JSON of a key file. `file` names it in errors; what the file holds is never told.
  init(json: [UInt8], file: String) throws(ServiceEnvironmentError) {
    func wrong(_ problem: String) -> ServiceEnvironmentError {
      ServiceEnvironmentError(
        "the key file \(file) of Google's service account \(problem); right would be the JSON file that Google Cloud gives for"
          + " \"Keys\" > \"Add key\" > \"Create new key\"")
    }
    guard let value = try? JSONValue(parsing: json), value.objectValue != nil else { throw wrong("is no JSON object") }
    func member(_ name: String) throws(ServiceEnvironmentError) -> String {
      guard let text = value[name]?.stringValue, !text.isEmpty else { throw wrong("has no \"\(name)\"") }
      return text
    }
    guard try member("type") == "service_account" else {
      throw wrong("is of another type than \"service_account\"")
    }
    email = try member("client_email")
    keyID = value["private_key_id"]?.stringValue ?? ""
    guard let address = ServiceAddress(try member("token_uri")) else {
      throw wrong("has a \"token_uri\" that is no https address")
    }
    tokenAddress = address
    do {
      key = try RSASigningKey(pem: Array(try member("private_key").utf8), what: "\"private_key\"")
    } catch let error as ServiceEnvironmentError {
      throw error
    } catch {
      throw wrong("has a \"private_key\" that cannot be used (\(error))")
    }
  }

  /// The signed statement that is exchanged for a token (RFC 7523).
  func assertion(nowSeconds: Int64) throws(TLSError) -> String {
    var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
    if !keyID.isEmpty { header["kid"] = .string(keyID) }
    let claims: JSONObject = [
      "iss": .string(email), "scope": .string(Self.scope), "aud": .string(tokenAddress.text),
      "iat": .number(JSONNumber(nowSeconds)), "exp": .number(JSONNumber(nowSeconds + Self.assertionSeconds)),
    ]
    let signed = [header, claims].map { Base64.encodeURLSafe(Array(JSONValue.object($0).text().utf8)) }.joined(separator: ".")
    return signed + "." + Base64.encodeURLSafe(try key.signature(of: Array(signed.utf8)))
  }
}
