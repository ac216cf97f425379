import Cryptography
public import Postgres

/// What calls answered, kept for their repetition: a caller that does not know whether its call arrived sends it again with the same key
/// and gets the first answer, without a second effect.
///
/// The table has `principal text`, `key text`, `method text`, `request_hash bytea`, `response bytea` and `created_at timestamptz`, the
/// first two being its primary key. A caller's keys are its own: another principal's equal key is another key.
public struct IdempotencyKeys: Sendable {
  /// How long an answer is kept for its repetition.
  public static let kept = Duration.seconds(7 * 24 * 60 * 60)

  private let table: String

  /// - Parameter table: its name, in the search path.
  public init(table: String = "idempotency_key") { self.table = table }

  /// The answer of the same call before; nil when there was none, after which nobody else can make the call until the transaction ends.
  /// Throws `IdempotencyConflict` when the key was used for another call, and `PostgresError`.
  public func recall(_ call: KeyedCall, in transaction: Transaction) async throws -> [UInt8]? {
    guard !call.key.isEmpty else { return nil }
    guard call.key.utf8.count <= KeyedCall.longestKey, !call.key.utf8.contains(0) else { throw IdempotencyConflict.badKey }
    // Two statements: the second sees what was committed while the first waited.
    let rows = try await transaction.pipeline([
      "SELECT pg_advisory_xact_lock(hashtextextended(\(call.principal), hashtextextended(\(call.key), 0)))",
      """
      SELECT method, request_hash, response FROM \(identifier: table)
      WHERE principal = \(call.principal) AND key = \(call.key)
        AND created_at > clock_timestamp() - make_interval(secs => \(Self.kept.seconds))
      """,
    ])[1]
    guard let row = rows.first else { return nil }
    let method: String = try row.decode("method")
    guard method == call.method else { throw IdempotencyConflict.otherMethod(key: call.key, method: method) }
    guard try row.decode("request_hash", as: [UInt8].self) == call.requestHash else {
      throw IdempotencyConflict.otherRequest(key: call.key, method: method)
    }
    return try row.decode("response", as: [UInt8].self)
  }

  /// Keeps the answer of a call that `recall` did not know, in the transaction that has its effect.
  public func store(_ response: [UInt8], for call: KeyedCall, in transaction: Transaction) async throws {
    guard !call.key.isEmpty else { return }
    // One that is too old to be recalled may still stand there.
    try await transaction.execute(
      """
      INSERT INTO \(identifier: table) (principal, key, method, request_hash, response, created_at)
      VALUES (\(call.principal), \(call.key), \(call.method), \(call.requestHash), \(response), clock_timestamp())
      ON CONFLICT (principal, key) DO UPDATE SET method = excluded.method, request_hash = excluded.request_hash,
        response = excluded.response, created_at = excluded.created_at
      """)
  }

  /// Removes what is kept no longer; answers how many.
  @discardableResult
  public func sweep(in database: Database) async throws -> Int {
    try await database.execute(
      "DELETE FROM \(identifier: table) WHERE created_at <= clock_timestamp() - make_interval(secs => \(Self.kept.seconds))")
  }
}

/// A call that may be repeated under a key of its caller's choice.
public struct KeyedCall: Sendable, Equatable {
  /// In bytes of UTF-8.
  public static let longestKey = 200

  /// Whose key it is.
  public let principal: String
  /// Empty for a call without a key, of which nothing is kept.
  public let key: String
  /// What was called.
  public let method: String
  let requestHash: [UInt8]

  /// - Parameter request: the request as it was sent, in one encoding for equal requests.
  public init(principal: String, key: String, method: String, request: [UInt8]) {
    self.principal = principal
    self.key = key
    self.method = method
    requestHash = SHA256.digest(of: request)
  }
}

/// A key that cannot be used for this call. Nothing was changed.
public enum IdempotencyConflict: Error, Sendable, Equatable, CustomStringConvertible {
  /// It was used for another method.
  case otherMethod(key: String, method: String)
  /// It was used for another request of the same method.
  case otherRequest(key: String, method: String)
  /// It is too long or has a NUL.
  case badKey

  /// What was wrong and what would be right.
  public var description: String {
    switch self {
    case .otherMethod(let key, let method):
      "The idempotency key \"\(key)\" was used for \(method) within the last 7 days; use a new key for a new call."
    case .otherRequest(let key, let method):
      "The idempotency key \"\(key)\" was used for another request of \(method) within the last 7 days; use a new key for a new request."
    case .badKey: "The idempotency key has to have at most \(KeyedCall.longestKey) bytes and no NUL."
    }
  }
}
