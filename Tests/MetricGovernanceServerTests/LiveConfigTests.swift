import MetricGovernanceDomain
import Testing

@testable import MetricGovernanceServer

@Suite struct LiveConfigTests {
  @Test func `an older configuration comes too late`() {
    let live = LiveConfig()
    #expect(live.newest == nil)
    live.take(StoredConfig(revision: 2))
    live.take(StoredConfig(revision: 1, savedBy: "late"))
    #expect(live.newest == StoredConfig(revision: 2))
  }

  @Test func `a watcher sees what is known, then what comes`() async {
    let live = LiveConfig()
    live.take(StoredConfig(revision: 1))
    var changes = live.changes().makeAsyncIterator()
    #expect(await changes.next()?.revision == 1)
    live.take(StoredConfig(revision: 2))
    #expect(await changes.next()?.revision == 2)
  }

  @Test func `a slow watcher sees only the newest`() async {
    let live = LiveConfig()
    var changes = live.changes().makeAsyncIterator()
    for revision in 1...5 { live.take(StoredConfig(revision: Int64(revision))) }
    #expect(await changes.next()?.revision == 5)
  }

  @Test func `a watcher that leaves is forgotten`() async {
    let live = LiveConfig()
    let watch = Task { for await _ in live.changes() {} }
    watch.cancel()
    await watch.value
    #expect(live.watcherCount == 0)
  }
}
