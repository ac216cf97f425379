import Postgres
import TestSupport
import Testing

@testable import SheetSyncServer

@Suite(.serialized, .timeLimit(.minutes(2))) struct QuotaBucketTests {
  private func withBucket(perMinute: Int, _ body: (QuotaBucket) async throws -> Void) async throws {
    try await withStore { store in
      try await body(
        QuotaBucket(
          database: store.database, account: "robot@x.iam", reads: QuotaTerms(perMinute: perMinute),
          writes: QuotaTerms(perMinute: perMinute), logger: .silent))
    }
  }

  @Test func `a burst is free, and then every call waits one interval more`() async throws {
    try await withBucket(perMinute: 30) { bucket in
      let beganAt = ContinuousClock.now
      var waits: [Double] = []
      for _ in 0..<14 { waits.append(await bucket.take(.read) / .seconds(1)) }
      let taken = (ContinuousClock.now - beganAt) / .seconds(1)
      #expect(waits.prefix(10).allSatisfy { $0 == 0 })
      // 3 s apart; the test itself takes some of it.
      for (index, wait) in waits.dropFirst(10).enumerated() {
        #expect(wait <= 3 * Double(index + 1) && wait > 3 * Double(index + 1) - taken - 0.1)
      }
    }
  }

  @Test func `reads and writes are counted apart, and so are accounts`() async throws {
    try await withBucket(perMinute: 3) { bucket in
      let beganAt = ContinuousClock.now
      #expect(await bucket.take(.read) == .zero)
      let wait = await bucket.take(.read)
      // 30 s apart; the test itself takes some of it.
      #expect(wait <= .seconds(30) && wait > .seconds(29.9) - (ContinuousClock.now - beganAt))
      #expect(await bucket.take(.write) == .zero)
      let other = QuotaBucket(
        database: bucket.database, account: "other@x.iam", reads: bucket.reads, writes: bucket.writes, logger: .silent)
      #expect(await other.take(.read) == .zero)
    }
  }

  @Test func `programs that share a database share the quota`() async throws {
    try await withBucket(perMinute: 60) { bucket in
      let beganAt = ContinuousClock.now
      let waits = await withTaskGroup(of: Duration.self) { group in
        for _ in 0..<30 { group.addTask { await bucket.take(.write) } }
        return await group.reduce(into: [Duration]()) { $0.append($1) }
      }
      #expect(waits.count { $0 == .zero } >= 20)
      // Ten more than a burst, 1.5 s apart: nobody has the place of another.
      #expect(waits.max() ?? .zero > .seconds(14.9) - (ContinuousClock.now - beganAt))
      #expect(Set(waits.filter { $0 > .zero }).count == waits.count { $0 > .zero })
    }
  }

  @Test func `who was told to wait makes all others wait`() async throws {
    try await withBucket(perMinute: 60) { bucket in
      #expect(await bucket.take(.read) == .zero)
      let beganAt = ContinuousClock.now
      await bucket.pause(.read, for: .seconds(100))
      let wait = await bucket.take(.read)
      #expect(wait <= .seconds(102) && wait > .seconds(99.9) - (ContinuousClock.now - beganAt))
      #expect(await bucket.take(.write) == .zero)
    }
  }

  @Test func `a database that is away makes nobody wait`() async throws {
    let bucket = try await withDatabase(role: .sync) { database in
      QuotaBucket(
        database: database, account: "robot@x.iam", reads: QuotaTerms(perMinute: 3), writes: QuotaTerms(perMinute: 3),
        logger: .silent)
    }
    #expect(await bucket.take(.read) == .zero)
    #expect(await bucket.take(.read) == .zero)
  }
}
