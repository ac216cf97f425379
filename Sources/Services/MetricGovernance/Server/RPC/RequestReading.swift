import Cryptography
import Messages
import MetricGovernanceDomain

/// What every change of a metric has to say.
struct ReadTerms {
  let key: MetricKey
  let expectedRevision: Int64
  let idempotencyKey: String
  let reason: String

  init(_ terms: ChangeTerms?) throws(Refusal) {
    guard let terms else {
      throw Refusal(
        .invalid, "TERMS_MISSING", field: "terms",
        "terms is not set; it has to say the metric, its revision as you know it, an idempotency key and a reason.")
    }
    key = try ReadField.metric(terms.metricKey, "terms.metric_key")
    expectedRevision = terms.expectedRevision
    idempotencyKey = terms.idempotencyKey
    reason = terms.reason
  }
}

/// Fields of requests as the domain's values.
enum ReadField {
  static func metric(_ text: String, _ field: String) throws(Refusal) -> MetricKey {
    if let key = MetricKey(text) { return key }
    throw Refusal(
      .invalid, "METRIC_KEY_MALFORMED", field: field,
      "\(field) is \"\(text.prefix(MetricKey.longest))\"; a metric's key begins with a small letter and has small letters, digits and \"_\", at most \(MetricKey.longest) in all."
    )
  }

  static func version(_ text: String, _ field: String) throws(Refusal) -> VersionNumber {
    if let number = VersionNumber(text) { return number }
    throw Refusal(
      .invalid, "VERSION_MALFORMED", field: field, "\(field) is \"\(text.prefix(20))\"; a version is named as \"v1\" is.")
  }

  /// Nil for an empty text.
  static func optionalVersion(_ text: String, _ field: String) throws(Refusal) -> VersionNumber? {
    text.isEmpty ? nil : try version(text, field)
  }

  static func approval(_ number: UInt32) throws(Refusal) -> Int32 {
    if number > 0, let number = Int32(exactly: number) { return number }
    throw Refusal(
      .invalid, "APPROVAL_NUMBER_MISSING", field: "approval_number",
      "approval_number is \(number); approvals are counted from 1 within their version.")
  }

  static func hash(_ text: String, _ field: String) throws(Refusal) -> [UInt8] {
    if let digest = SHA256Digest(hex: text) { return digest.bytes }
    throw Refusal(
      .invalid, "HASH_MALFORMED", field: field,
      "\(field) has to be the 64 hexadecimal digits of the approval's subject_hash, as you looked at it.")
  }

  /// How many entries a page has.
  static func pageSize(_ asked: UInt32, usual: Int, most: Int) throws(Refusal) -> Int {
    guard asked <= most else {
      throw Refusal(.invalid, "PAGE_TOO_LARGE", field: "page_size", "page_size is \(asked); at most \(most) fit a page.")
    }
    return asked == 0 ? usual : Int(asked)
  }

  /// Where a page begins: what the token says to its list; nil for the first page.
  static func pageToken<Place>(_ token: String, _ place: (String) -> Place?) throws(Refusal) -> Place? {
    if token.isEmpty { return nil }
    if let place = place(token) { return place }
    throw Refusal(
      .invalid, "PAGE_TOKEN_UNKNOWN", field: "page_token",
      "page_token is not one that an earlier answer gave as next_page_token.")
  }

  /// The same for a list that is numbered from 1 and shows its newest first: what the page's numbers are below.
  static func pageBefore(_ token: String) throws(Refusal) -> Int64 {
    try pageToken(token) { Int64($0).flatMap { $0 > 0 ? $0 : nil } } ?? .max
  }

  static func present<Message>(_ message: Message?, _ field: String) throws(Refusal) -> Message {
    if let message { return message }
    throw Refusal(.invalid, "FIELD_MISSING", field: field, "\(field) is not set.")
  }
}
