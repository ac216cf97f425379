import Synchronization

extension Atomic where Value == Int {
  /// Adds to a sum that only one thread writes, so that no locked instruction is needed; others may read it at any time. Answers with the sum.
  @discardableResult func addAsSoleWriter(_ count: Int) -> Int {
    let total = load(ordering: .relaxed) &+ count
    store(total, ordering: .relaxed)
    return total
  }
}
