import Logging
import Postgres

/// Google counts calls per minute, reads and writes apart.
enum QuotaKind: String, Sendable, CaseIterable {
  case read, write
}

/// How many calls may be made, so that no minute, wherever it begins, has more than the quota: a third of it at once, and the
/// rest spread over the minute.
struct QuotaTerms: Hashable, Sendable {
  static let perMinuteRange = 3...60_000

  let perMinute: Int

  /// So many calls may follow each other without a pause.
  var burst: Int { perMinute / 3 }
  /// Between calls that are made on and on.
  var intervalSeconds: Double { 60 / Double(perMinute - burst) }
}

/// The quota of one account at Google, shared by all programs that use this database. A call takes its place in the line and is told
/// how long to wait for its turn; it is never refused.
struct QuotaBucket: Sendable {
  let database: Database
  /// The service account: Google counts per account.
  let account: String
  let reads: QuotaTerms
  let writes: QuotaTerms
  let logger: Logger

  func terms(_ kind: QuotaKind) -> QuotaTerms { kind == .read ? reads : writes }

  /// Takes a place; answers how long to wait before the call is made. A database that is away costs nobody an action: Google itself
  /// then says when it is too much.
  func take(_ kind: QuotaKind) async -> Duration {
    await place(TakeQuotaPlace(account: account, kind: kind, terms: terms(kind)))
  }

  /// How long a call would wait for its turn now, without taking a place.
  func wait(_ kind: QuotaKind) async -> Duration {
    await place(QuotaWait(account: account, kind: kind, terms: terms(kind)))
  }

  /// Google said that it was too much: nobody calls for a while.
  func pause(_ kind: QuotaKind, for pause: Duration) async {
    _ = await place(PauseQuota(account: account, kind: kind, terms: terms(kind), seconds: pause / .seconds(1)))
  }

  private func place<Place: Query>(_ query: Place) async -> Duration where Place.Result == Double {
    do {
      return .seconds(max(0, try await database.fetchFirst(query) ?? 0))
    } catch {
      logger.warning("the quota could not be counted", metadata: ["error": "\(error)"])
      return .zero
    }
  }
}
